"""Layout files: what a reader program finds in them, and that nothing runs over."""

import io
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pypdf
import pytest
import segno
from fontTools.ttLib import TTFont
from hypothesis import given, settings
from hypothesis import strategies as st

from certs.layout.face import SEAL_BOX
from certs.layout.font import FONT_FILE, Glyphs, load_font
from certs.layout.ink import Ink
from certs.layout.ornament import PAGE
from certs.layout.render import CharactersMissing, LayoutOverflow, LicenceFace, render_licence
from certs.layout.text import wrap

AT = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)
URL = "https://verify.example.cn/v"
CREDENTIAL = b"eyJhbGciOiJFUzI1NiJ9.e30.c2ln~WyJzYWx0Iiwi5ZCN56ewIl0~"
IDENTIFIER = "1.2.156.3005.2.11100000000013338W011.11310101MB00012Q94.JY23101010000017.001.D"
FACE = LicenceFace(
    title_zh="食品经营许可证",
    title_en="Food Operation Permit",
    identifier=IDENTIFIER,
    number="JY23101010000017",
    holder_name="示例市禾间小馆餐饮管理有限公司",
    holder_code="9131**********5X3K",
    issuer_name="示例市浦江区市场监督管理局",
    issued=date(2026, 3, 1),
    valid_from=date(2026, 3, 1),
    valid_until=date(2031, 2, 28),
    fields=(
        ("法定代表人", "Legal representative", "陈禾喆"),
        ("经营场所", "Place of business", "示例市浦江区长乐中路 188 弄 6 号楼 101 室"),
        ("经营项目", "Permitted operations", "热食类食品制售；冷食类食品制售；自制饮品制售"),
    ),
)


def render(face: LicenceFace = FACE, url: str = URL, at: datetime = AT) -> bytes:
    return render_licence(face, CREDENTIAL, url, at)


def read(pdf: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(pdf), strict=True)


def words(pdf: bytes) -> str:
    return re.sub(r"\s", "", read(pdf).pages[0].extract_text())


def test_the_same_inputs_give_the_same_bytes() -> None:
    assert render() == render()
    assert render() != render(at=AT + timedelta(seconds=1))
    assert render() == render(at=AT.astimezone(None))


def test_one_a4_page_with_every_text_of_the_face() -> None:
    reader = read(render())
    assert len(reader.pages) == 1
    assert [round(float(n), 2) for n in reader.pages[0].mediabox] == [0, 0, *PAGE]
    shown = words(render())
    for text in (*FACE.texts(), "2026年03月01日至2031年02月28日", "2026年03月01日签发"):
        wanted = re.sub(r"\s", "", text)
        assert wanted in shown or wanted.upper() in shown, text


def test_the_face_says_that_a_test_authority_made_it() -> None:
    shown = words(render())
    assert "测试机构TESTAUTHORITY" in shown
    assert "本证照由测试机构制发，不具有法律效力" in shown
    assert "Madebyatestauthority,withoutlegaleffect" in shown


def test_the_credential_lies_inside_unchanged() -> None:
    reader = read(render())
    assert reader.attachments == {"credential.sd-jwt": [CREDENTIAL]}
    filespec = reader.trailer["/Root"]["/AF"][0].get_object()
    assert filespec["/AFRelationship"] == "/Data"


def test_the_metadata() -> None:
    reader = read(render(replace(FACE, holder_name="A & B <有限公司>")))
    information = reader.metadata
    assert information is not None and reader.xmp_metadata is not None
    assert information.title == "食品经营许可证 A & B <有限公司>"
    assert information.author == FACE.issuer_name and information.subject == IDENTIFIER
    assert information.creation_date == AT
    assert reader.xmp_metadata.dc_title == {"x-default": information.title}
    assert reader.xmp_metadata.dc_identifier == IDENTIFIER
    assert reader.trailer["/Root"]["/Lang"] == "zh-CN"


def test_an_empty_signature_field_lies_over_the_seal() -> None:
    (field,) = read(render()).trailer["/Root"]["/AcroForm"]["/Fields"]
    field = field.get_object()
    assert (field["/FT"], field["/T"]) == ("/Sig", "Seal") and "/V" not in field
    assert tuple(float(n) for n in field["/Rect"]) == SEAL_BOX


def test_long_term_validity() -> None:
    assert "2026年03月01日至长期Long-term" in words(render(replace(FACE, valid_until=None)))


def test_the_embedded_font_holds_just_the_glyphs_in_use() -> None:
    glyphs = Glyphs(load_font())
    glyphs.encode("许可证 喆A")
    font, whole = TTFont(io.BytesIO(glyphs.font_file())), load_font()
    assert len(font.getGlyphOrder()) == 7  # .notdef and six characters
    source = TTFont(f"certs/layout/fonts/{FONT_FILE}")
    for number, character in enumerate("许可证 喆A", 1):
        name = source.getBestCmap()[ord(character)]
        mine = font["glyf"][font.getGlyphName(number)]
        assert (
            mine.getCoordinates(font["glyf"])[0]
            == source["glyf"][name].getCoordinates(source["glyf"])[0]
        )
        assert glyphs.widths()[number] == source["hmtx"][name][0]
        assert whole.glyph_of[ord(character)] == source.getGlyphID(name)


def test_the_font_writes_gb_2312_and_rarer_names() -> None:
    rows = (bytes((a, b)) for a in range(0xB0, 0xF8) for b in range(0xA1, 0xFF))
    hanzi = "".join(row.decode("gb2312", "ignore") for row in rows)
    assert len(hanzi) == 6763
    assert load_font().missing(hanzi + "喆堃镕昇玥") == []


@pytest.mark.parametrize(
    ("face", "characters"),
    [
        (replace(FACE, holder_name="𠮷野家"), ("𠮷",)),
        (replace(FACE, title_zh="許可\n證"), ("許", "\n", "證")),
        (replace(FACE, fields=(("名称", "Name", "a\u202eb\x00"),)), ("\u202e", "\x00")),
        (replace(FACE, number="\ud800"), ("\ud800",)),
    ],
    ids=["beyond the basic plane", "traditional and line feed", "control", "half a surrogate"],
)
def test_characters_the_font_lacks_are_named(
    face: LicenceFace, characters: tuple[str, ...]
) -> None:
    with pytest.raises(CharactersMissing) as caught:
        render(face)
    assert caught.value.code == "layout.characters_missing"
    assert caught.value.values["characters"] == characters


@pytest.mark.parametrize(
    ("face", "url"),
    [
        (replace(FACE, fields=(("项目", "Item", "制售" * 2900),)), URL),
        (replace(FACE, fields=(("项目", "Item", "制售"),) * 60), URL),
        (replace(FACE, fields=(("项目", "Item", "制售" * 4000),)), URL),
        (replace(FACE, title_zh="证" * 60), URL),
        (replace(FACE, issuer_name="局" * 90), URL),
        (FACE, URL + "/" + "a" * 3000),
    ],
    ids=["long value", "many fields", "too much text", "title", "issuer", "address"],
)
def test_what_cannot_fit_is_refused(face: LicenceFace, url: str) -> None:
    with pytest.raises(LayoutOverflow) as caught:
        render(face, url)
    assert caught.value.code == "layout.overflow"


def test_a_time_without_zone_is_wrong_use() -> None:
    with pytest.raises(ValueError):
        render(at=AT.replace(tzinfo=None))


SAMPLE = "许可证经营范围，。；（）、A b1-2.Long/word "


@settings(max_examples=60, deadline=None)
@given(st.text(SAMPLE, max_size=160), st.floats(20, 300), st.floats(6, 16))
def test_no_line_is_wider_than_asked_and_nothing_is_lost(
    text: str, width: float, size: float
) -> None:
    font = load_font()
    lines = wrap(font, text, size, width)
    assert all(font.width(line, size) <= width + 1e-6 for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


@settings(max_examples=12, deadline=None)
@given(st.lists(st.text(SAMPLE, max_size=120), max_size=12), st.text("管理局分", max_size=24))
def test_nothing_is_set_outside_the_frame(values: list[str], more: str) -> None:
    face = replace(
        FACE,
        holder_name="禾间小馆" * 8,
        issuer_name=FACE.issuer_name + more,
        fields=tuple((f"项目第{i}号名称长", f"A rather long label, {i}", v) for i, v in
                     enumerate(values)),
    )  # fmt: skip
    places: list[tuple[float, float, float]] = []

    def visit(text: str, cm: list[float], tm: list[float], _: object, size: float) -> None:
        upright = abs(tm[1]) < 1e-6 and tm[0] > 0
        if text.strip() and upright:
            places.append((tm[4], tm[5], load_font().width(text.strip("\n"), size)))

    read(render(face)).pages[0].extract_text(visitor_text=visit)
    assert len(places) > 10
    assert all(x >= 45 and x + w <= PAGE[0] - 45 and 45 <= y <= PAGE[1] - 45 for x, y, w in places)


def test_line_breaks_of_chinese() -> None:
    font = load_font()
    assert wrap(font, "热食，冷食。", 10, 30) == ["热食，", "冷食。"]
    assert wrap(font, "热食冷（食）", 10, 40) == ["热食冷", "（食）"]
    assert wrap(font, "一楼 Room 101", 10, 45) == ["一楼", "Room", "101"]
    assert wrap(font, "第一\n第二", 10, 100) == ["第一", "第二"]
    assert wrap(font, "", 10, 100) == [""]


def test_the_qr_code_is_drawn_cell_by_cell() -> None:
    code = segno.make_qr(URL, error="m").matrix
    ink = Ink()
    ink.squares(code, 10, 90, 2)
    drawn = [[0] * len(code) for _ in code]
    for x, y, width, _ in re.findall(rb"(\S+) (\S+) (\S+) (\S+) re", ink.content()):
        row, start = int((90 - float(y)) / 2) - 1, int((float(x) - 10) / 2)
        for column in range(start, start + int(float(width) / 2)):
            drawn[row][column] = 1
    assert drawn == [list(row) for row in code]
