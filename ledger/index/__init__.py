"""The index beside the log: which rows and names each statement gives it.

One pure function per kind. The index decides nothing on its own and can be rebuilt: replaying all
statements in order must yield exactly the rows that the store shows (``flows/fsck``). Bodies have
passed :mod:`ledger.log.bodies` before they come here.
"""

from ledger.index.names import continued, names_of
from ledger.index.rows import PRIMARY_KEYS, rows_of

__all__ = ["PRIMARY_KEYS", "continued", "names_of", "rows_of"]
