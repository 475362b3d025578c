"""Masks: a value shown in part, by rules that Chinese offices use.

    none     as it is
    name     张三 → 张*, 林晓舟 → 林*舟, 欧阳小明 → 欧**明; a firm keeps two characters at each end
    code     citizen id: first 6 and last 1; telephone: first 3 and last 4; other codes of eight
             characters and more: last 4; shorter ones nothing
    address  down to the district (区, 县, 旗, 市)
    all      nothing

What is hidden is always the same number of stars, so that its length is not told either (of a name
only: one hidden character, or more).
"""

from __future__ import annotations

import re

STARS = "********"
ALL = "***"
STYLES = ("none", "name", "code", "address", "all")

_CITIZEN = re.compile(r"[1-9][0-9]{16}[0-9X]")
_BIRTH = re.compile(r"(?:18|19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])")
_TELEPHONE = re.compile(r"1[0-9]{10}")
_LATIN = re.compile(r"[A-Za-z][A-Za-z .'-]*")
_FIRM = 6  # names of this length and more are a firm's
# Provinces and cities up to the district; no part may hold what belongs to a street or a house.
_PART = r"[^0-9A-Za-z路街巷弄号村镇乡道园室楼栋 ]{1,10}?"
_DISTRICT = re.compile(
    rf"(?:{_PART}(?:省|自治区))?(?:{_PART}(?:自治州|地区|盟|市))?{_PART}(?:新区|区|县|旗|市)"
)


def mask(style: str, value: str) -> str:
    """The value as ``style`` shows it. Raises ValueError for a style that is none."""
    if style == "none" or not value:
        return value
    if style == "name":
        return _name(value)
    if style == "code":
        return _code(value)
    if style == "address":
        return _address(value)
    if style == "all":
        return ALL
    raise ValueError(f"no style of masks: {style}")


def _name(value: str) -> str:
    if _LATIN.fullmatch(value):
        return f"{value[0]}**"
    if len(value) >= _FIRM:
        return f"{value[:2]}**{value[-2:]}"
    if len(value) > 3:
        return f"{value[0]}**{value[-1]}"
    if len(value) == 3:
        return f"{value[0]}*{value[-1]}"
    return f"{value[0]}*" if len(value) == 2 else "*"


def _code(value: str) -> str:
    if _CITIZEN.fullmatch(value) and _BIRTH.fullmatch(value[6:14]):
        return f"{value[:6]}{STARS}{value[-1]}"
    if _TELEPHONE.fullmatch(value):
        return f"{value[:3]}{STARS}{value[-4:]}"
    return f"{STARS}{value[-4:]}" if len(value) >= 8 else ALL


def _address(value: str) -> str:
    found = _DISTRICT.match(value)
    return f"{found[0]}**" if found is not None and found.end() < len(value) else ALL
