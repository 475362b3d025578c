"""Pages of licences drawn in other processes, while this one seals and appends.

Only what stands on a page goes there, no key. A child ends when this process does, however it does.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ledger.flows.library.issue_many import Render

WORTH_IT = 50
"""From how many pages on it pays to start processes."""
MOST = 8


@contextmanager
def drawing(pages: int) -> Iterator[Render]:
    """How to draw ``pages`` pages: in as many processes as there are processors."""
    from ledger.flows.library.issue_many import at_once
    from ledger.flows.library.issue_parts import page_of

    processors = min(os.cpu_count() or 1, MOST)
    if pages < WORTH_IT or processors == 1:
        yield at_once
        return
    pool = ProcessPoolExecutor(
        processors, multiprocessing.get_context("spawn"), initializer=_end_with_parent
    )
    try:
        yield lambda page: partial(pool.submit(page_of, page).result)
    finally:
        pool.shutdown(cancel_futures=True)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()

    def watch() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
