"""Break Chinese and Latin text into lines (after GB/T 15834 and common typesetting rules)."""

from certs.layout.font import LayoutFont

_CLOSING = set("，。、；：！？）》」』】〕〉”’…％·—～,.;:!?)]}%")
_OPENING = set("（《「『【〔〈“‘([{¥￥")


def wrap(font: LayoutFont, text: str, size: float, width: float) -> list[str]:
    """Return lines no wider than ``width`` points.

    Line feeds in ``text`` are kept. Breaks fall between Chinese characters or at spaces; closing
    punctuation never starts a line and opening never ends one, unless one cluster alone is wider
    than the line: then it is cut anywhere.
    """
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line, room = "", width
        for cluster in _clusters(paragraph):
            need = font.width(cluster.rstrip(" "), size)
            if need > room and line:
                lines.append(line.rstrip(" "))
                line, room = "", width
            while need > width:
                head = _fitting(font, cluster, size, width)
                lines.append(head)
                cluster = cluster[len(head) :]
                need = font.width(cluster.rstrip(" "), size)
            if cluster.strip(" ") or line:
                line += cluster
                room -= font.width(cluster, size)
        lines.append(line.rstrip(" "))
    return lines


def _clusters(text: str) -> list[str]:
    """Split into pieces that stay together, each with the spaces that follow it."""
    clusters: list[str] = []
    open_ended = False
    for character in text:
        last = clusters[-1] if clusters else ""
        joins = (
            open_ended
            or character == " "
            or character in _CLOSING
            or (_latin(character) and last != "" and _latin(last[-1]))
        )
        if last and joins:
            clusters[-1] += character
        else:
            clusters.append(character)
        open_ended = character in _OPENING
    return clusters


def _latin(character: str) -> bool:
    return "!" <= character < "\u2e80" and character not in _OPENING


def _fitting(font: LayoutFont, text: str, size: float, width: float) -> str:
    used, count = 0.0, 0
    for character in text:
        used += font.width(character, size)
        if used > width and count:
            break
        count += 1
    return text[:count]
