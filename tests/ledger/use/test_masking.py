"""Masks hide what they hide, however long it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.use.masking import ALL, STARS, STYLES, mask


@pytest.mark.parametrize(
    ("style", "value", "shown"),
    [
        ("none", "餐饮服务", "餐饮服务"),
        ("all", "50万元", ALL),
        ("all", "5", ALL),
        ("name", "张", "*"),
        ("name", "张三", "张*"),
        ("name", "林晓舟", "林*舟"),
        ("name", "欧阳小明", "欧**明"),
        ("name", "买买提·吐", "买**吐"),
        ("name", "虚拟云帆餐饮管理有限公司", "虚拟**公司"),
        ("name", "Mary O'Neil-Smith", "M**"),
        ("code", "310999199003072537", f"310999{STARS}7"),
        ("code", "31099919900307253X", f"310999{STARS}X"),
        ("code", "91319999MA1TEXQ23K", f"{STARS}Q23K"),
        ("code", "913199990000000001", f"{STARS}0001"),  # no day of birth in it
        ("code", "13800138000", f"138{STARS}8000"),
        ("code", "JY23101012611231", f"{STARS}1231"),
        ("code", "1234567", ALL),
        ("address", "虚拟市示范区桂花路1号", "虚拟市示范区**"),
        ("address", "上海市浦东新区世纪大道100号", "上海市浦东新区**"),
        ("address", "江苏省苏州市昆山市前进路2号", "江苏省苏州市昆山市**"),
        ("address", "内蒙古自治区锡林郭勒盟正蓝旗上都镇", "内蒙古自治区锡林郭勒盟正蓝旗**"),
        ("address", "桂花路1号", ALL),
        ("address", "桂花路1号示范小区2栋", ALL),
        ("address", "示范区", ALL),
        ("address", "1号", ALL),
    ],
)
def test_masks(style: str, value: str, shown: str) -> None:
    assert mask(style, value) == shown


def test_an_empty_value_stays_and_an_unknown_style_is_a_fault() -> None:
    assert {mask(style, "") for style in STYLES} == {""}
    with pytest.raises(ValueError, match="no style"):
        mask("face", "x")


HAN = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)


@given(
    ends=st.text(HAN, min_size=4, max_size=4),
    one=st.text(HAN, min_size=2, max_size=40),
    other=st.text(HAN, min_size=2, max_size=40),
)
def test_firms_that_differ_inside_look_alike(ends: str, one: str, other: str) -> None:
    first, last = ends[:2], ends[2:]
    assert mask("name", first + one + last) == mask("name", first + other + last)


@given(
    first=HAN,
    last=HAN,
    one=st.text(HAN, min_size=2, max_size=3),
    other=st.text(HAN, min_size=2, max_size=3),
)
def test_long_names_that_differ_inside_look_alike(
    first: str, last: str, one: str, other: str
) -> None:
    assert mask("name", first + one + last) == mask("name", first + other + last)


CODE = st.text("ABCDEFGHJKLMNPQRTUWXY", min_size=4, max_size=30)


@given(one=CODE, other=CODE, last=st.text("0123456789", min_size=4, max_size=4))
def test_codes_with_one_ending_look_alike(one: str, other: str, last: str) -> None:
    assert mask("code", one + last) == mask("code", other + last)


@given(
    one=st.dates(), other=st.dates(), serial=st.integers(0, 999), other_serial=st.integers(0, 999)
)
def test_citizen_ids_tell_neither_birth_nor_serial(
    one: object, other: object, serial: int, other_serial: int
) -> None:
    ids = [
        f"310999{str(day).replace('-', '')}{number:03}5"
        for day, number in ((one, serial), (other, other_serial))
        if "1900" <= str(day)[:4] <= "2099"
    ]
    assert {mask("code", each) for each in ids} <= {f"310999{STARS}5"}


@given(
    one=st.text(min_size=1, max_size=30),
    other=st.text(min_size=1, max_size=30),
    district=st.sampled_from(["虚拟市示范区", "江苏省苏州市昆山市", "上海市浦东新区"]),
)
def test_addresses_in_one_district_look_alike(one: str, other: str, district: str) -> None:
    street = "桂花路"
    assert mask("address", district + street + one) == mask("address", district + street + other)


@given(value=st.text(min_size=1, max_size=60), style=st.sampled_from(STYLES[1:]))
def test_a_mask_never_shows_more_than_it_may(value: str, style: str) -> None:
    """At most ten characters of the value, but for a district; and never all of a longer one."""
    shown = mask(style, value)
    assert "*" in shown
    if style != "address":
        assert len(shown.replace("*", "")) <= 7
