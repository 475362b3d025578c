"""What people call agencies, papers and moments, in place of their ids."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from api.cli.session import Session
    from ledger.platform import Platform


def agency_named(session: Session, platform: Platform, id: str) -> str:
    """An agency's name; the id where the catalogue has none."""
    from ledger.flows.door.names import PlatformNames

    return session.pick(*PlatformNames(platform).agency(id))


def service_named(session: Session, platform: Platform, item: str) -> str:
    """A service item's name; the slug where the catalogue has none."""
    from ledger.flows.door.names import PlatformNames

    return session.pick(*PlatformNames(platform).item(item))


def paper_named(session: Session, platform: Platform, name: str) -> str:
    """``licence:lic_…`` as its kind's name with the id after it."""
    from ledger.flows.door.names import PlatformNames

    kind = session.pick(*PlatformNames(platform).object(name))
    return name if kind == name else f"{kind} {name.partition(':')[2]}"


def kind_named(session: Session, platform: Platform, kind: str) -> str:
    """``licence:business-licence`` and the like in words."""
    from ledger.flows.door.names import PlatformNames

    return session.pick(*PlatformNames(platform).kind(kind))


def item_lines(session: Session, platform: Platform, body: Any) -> list[str]:
    """What a request or basis covers, a line for each paper: its name, what is taken, its id."""
    from ledger.flows.door.names import PlatformNames

    names = PlatformNames(platform)
    lines = []
    for item in body["items"]:
        paper = session.pick(*names.object(item["object"]))
        fields = session.pick("、", ", ").join(
            session.pick(*names.field(one)) for one in item["fields"]
        )
        lines.append(session.say("item.line", paper=paper, fields=fields, object=item["object"]))
    return lines


def day_named(text: object) -> str:
    """The day in China of an instant as the log writes it, such as a deadline."""
    return f"{_china(text):%Y-%m-%d}"


def minute_named(session: Session, text: object) -> str:
    """The minute in China of an instant as the log writes it."""
    return session.say("time.minute", minute=f"{_china(text):%Y-%m-%d %H:%M}")


def _china(text: object) -> datetime:
    from ledger.reuse.documents import CHINA

    return datetime.fromisoformat(str(text)).astimezone(CHINA)
