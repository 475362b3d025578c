"""Whatever is consented, withdrawn, ended, used, in any order and at any time: a key is handed over
exactly where a ground stands at that moment."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.adapters.keystore import KeyStoreFile, KeyStoreSecrets
from ledger.errors import Refused
from ledger.log.statement import parse_time
from ledger.ports import BasisGround, ConsentGround, HandOver, Powers
from tests.ledger.handover_other import (
    end_basis,
    end_power,
    granted_catalogue,
    power_scene,
    state_basis,
    use_basis,
    use_consent,
)
from tests.ledger.handover_scene import (
    THREAD,
    UNTIL,
    Scene,
    all_registered,
    all_voted,
    catch_up,
    file_key,
    recipient_bytes,
)
from tests.ledger.world_names import AS_OF, ed, seed

DAY = timedelta(days=1)
POWER_ENDS = "2026-03-06T00:00:00Z"
USES = 2
ENDS = ("withdraw", "withdraw directly", "end power", "end basis")


@st.composite
def stories(draw: st.DrawFn) -> list[str]:
    """Uses of both grounds, at most two ends, some days, in any order."""
    uses = draw(st.lists(st.sampled_from(("use consent", "use basis")), min_size=1, max_size=4))
    ends = draw(st.lists(st.sampled_from(ENDS), max_size=2, unique=True))
    days = draw(st.integers(0, 3))
    return list(draw(st.permutations([*uses, *ends, *["day"] * days])))


@dataclass
class Run:
    """A log as it grows, the key store that follows it, and what ought to hold."""

    made: Scene
    by_clerk: bool
    store: KeyStoreFile
    clock: list[timedelta]
    withdrawn: bool = False
    power_ended: bool = False
    basis_ended: bool = False
    uses: list[tuple[str, int, int]] = field(default_factory=list)
    """(ground, n, index of the release)"""

    def stands(self, ground: str, n: int) -> bool:
        now = AS_OF + self.clock[0]
        if n > USES or now >= parse_time(UNTIL):
            return False
        if ground == "basis":
            return not self.basis_ended
        power = not self.power_ended and now < parse_time(POWER_ENDS)
        return not self.withdrawn and (power or not self.by_clerk)

    def do(self, operation: str) -> None:
        world = self.made.world
        if operation == "day":
            self.clock[0] += 2 * DAY
        elif operation == "withdraw":
            self.made.withdraw()
            self.withdrawn = True
        elif operation == "withdraw directly":
            self.directly()
        elif operation == "end power":
            end_power(self.made)
            self.power_ended = True
        elif operation == "end basis":
            end_basis(self.made)
            self.basis_ended = True
        elif operation.startswith("use"):
            ground = operation.removeprefix("use ")
            n = 1 + sum(1 for one, _, _ in self.uses if one == ground)
            use = use_consent if ground == "consent" else use_basis
            self.uses.append((ground, n, use(self.made, n)))
        catch_up(self.store, world)
        for ground, n, index in self.uses:
            assert self.handed(ground, index) == self.stands(ground, n), (operation, ground, n)

    def directly(self) -> None:
        kept = len(self.made.world.leaves)
        data = self.made.withdraw()
        del self.made.world.leaves[kept:], self.made.world.openings[kept:]
        shown = self.consent()
        self.store.withdraw(
            shown.consent, shown.holder_key, THREAD, data, Powers((), shown.powers.keys)
        )
        self.withdrawn = True

    def handed(self, ground: str, index: int) -> bool:
        world = self.made.world
        order = HandOver(
            checkpoint=world.checkpoint(),
            release=world.opening(index),
            ground=self.consent() if ground == "consent" else self.basis(),
            items=tuple(world.opening(self.made.places[n]) for n in ("licence", "material")),
            thread_key=THREAD if ground == "consent" else seed("thread/basis"),
            recipient=recipient_bytes(),
            files=self.made.files,
        )
        try:
            self.store.hand_over(order)
        except Refused:
            return False
        return True

    def consent(self) -> ConsentGround:
        world, places = self.made.world, self.made.places
        bound = world.opening(places["bind"])
        powers = Powers((world.opening(places["power"]),), (bound,))
        return ConsentGround(
            consent=world.opening(places["consent"]),
            request=world.opening(places["request"]),
            holder_key=world.opening(places["clerk"]) if self.by_clerk else bound,
            powers=powers if self.by_clerk else Powers(),
        )

    def basis(self) -> BasisGround:
        return BasisGround(self.made.world.opening(self.made.places["basis"]))


def begun(folder: Path, by_clerk: bool) -> Run:
    made = power_scene(
        delegation={"until": POWER_ENDS},
        order=("bind", "clerk", "power", "request", "consent"),
        by_clerk=by_clerk,
    )
    state_basis(made, thread=seed("thread/basis"))
    clock = [timedelta()]
    world = made.world
    secrets = KeyStoreSecrets(seed("wrapping"), seed("lookup"), ed(f"{world.name}/keystore"))
    store = KeyStoreFile(
        folder / "keystore.db", secrets, world.origin, lambda: world.trust,
        lambda: AS_OF + clock[0], granted_catalogue, all_voted, all_registered,
    )  # fmt: skip
    for file_id in made.files:
        store.deposit(file_id, file_key(file_id))
    catch_up(store, world)
    return Run(made, by_clerk, store, clock)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.booleans(), stories())
def test_no_key_without_a_ground_that_stands_and_none_withheld(
    by_clerk: bool, operations: list[str]
) -> None:
    with TemporaryDirectory() as folder:
        run = begun(Path(folder), by_clerk)
        for operation in operations:
            run.do(operation)
        run.store.close()


def test_every_order_of_use_and_end_gives_what_it_should(tmp_path: Path) -> None:
    """All orders of the few that matter, without chance."""
    story = ("use consent", "use basis", "end power", "end basis", "withdraw directly")
    for number, order in enumerate(itertools.permutations(story)):
        if number % 7:
            continue
        folder = tmp_path / str(number)
        folder.mkdir()
        run = begun(folder, True)
        for operation in order:
            run.do(operation)
        run.store.close()
