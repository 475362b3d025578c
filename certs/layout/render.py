"""The layout file of a licence: one designed A4 page with the signed credential attached inside.

The same inputs give the same bytes. The text is set in an embedded subset of Noto Sans SC; the
seal is drawn as a picture and an empty signature field lies over it for `pades` to fill.
"""

from datetime import datetime
from functools import cache
from urllib.parse import quote

import segno

from certs.errors import CertsError
from certs.layout.face import SEAL_BOX, LayoutOverflow, LicenceFace, draw_face
from certs.layout.font import Glyphs, load_font
from certs.layout.ornament import PAGE, curve, ground, wave
from certs.layout.pdf import PdfFile, dictionary, moment, number, packet, text

ATTACHMENT = "credential.sd-jwt"
SEAL_FIELD = "Seal"

__all__ = ["ATTACHMENT", "SEAL_FIELD", "CharactersMissing", "LayoutOverflow", "LicenceFace",
           "composite_font", "qr_matrix", "render_licence"]  # fmt: skip


class CharactersMissing(CertsError):
    """Texts hold characters the font cannot write. ``values``: ``characters``, a tuple."""

    code = "layout.characters_missing"


def render_licence(
    licence: LicenceFace, credential: bytes, verify_url: str, created: datetime
) -> bytes:
    """Return the layout file as PDF 1.7, not yet sealed.

    ``credential``: the SD-JWT VC, attached unchanged as ``credential.sd-jwt``. ``verify_url``:
    where the licence is verified; the QR code holds it with the licence identifier. ``created``:
    an aware time, written as the document's creation. Raises ``CharactersMissing``,
    ``LayoutOverflow``.
    """
    if created.tzinfo is None:
        raise ValueError("created must be an aware time")
    font = load_font()
    missing = font.missing("".join(licence.texts()) + verify_url)
    if missing:
        names = ", ".join(f"{c} (U+{ord(c):04X})" for c in missing[:20])
        message = f"the layout font lacks: {names}"
        raise CharactersMissing(message, characters=tuple(missing))
    url = _with_identifier(verify_url, licence.identifier)
    code = qr_matrix(url)
    glyphs, pdf = Glyphs(font), PdfFile()
    content = draw_face(glyphs, licence, url, code, len(code))
    return _assemble(pdf, glyphs, content, licence, credential, created)


def _with_identifier(url: str, identifier: str) -> str:
    if identifier in url:
        return url
    return f"{url}{'&' if '?' in url else '?'}id={quote(identifier)}"


def qr_matrix(url: str) -> tuple[bytearray, ...]:
    """The modules of a QR code, row by row. Raises ``LayoutOverflow``."""
    try:
        # Any mask reads the same; weighing all eight costs more than the rest of the page.
        return segno.make_qr(url, error="m", mask=2, boost_error=False).matrix
    except segno.DataOverflowError as error:
        raise LayoutOverflow("the address is too long for a QR code", part="url") from error


@cache
def _ornaments() -> tuple[bytes, bytes, bytes]:
    return curve(), wave(), ground()


def _assemble(
    pdf: PdfFile,
    glyphs: Glyphs,
    content: bytes,
    licence: LicenceFace,
    credential: bytes,
    created: datetime,
) -> bytes:
    root, pages, page = pdf.reserve(), pdf.reserve(), pdf.reserve()
    curve_form, wave_form, ground_content = _ornaments()
    box = b"/Type /XObject /Subtype /Form /BBox [-300 -300 300 300]"
    resources = dictionary(
        {
            "Font": dictionary({"F": composite_font(pdf, glyphs)}),
            "XObject": dictionary(
                {"Curve": pdf.add_stream(curve_form, box), "Wave": pdf.add_stream(wave_form, box)}
            ),
            "ExtGState": dictionary({"Seal": b"<< /Type /ExtGState /BM /Multiply >>"}),
        }
    )
    body = pdf.add_stream(ground_content + b"\n" + content)
    media = b"[0 0 %s %s]" % (number(PAGE[0]), number(PAGE[1]))
    field = dictionary(
        {
            "Type": b"/Annot", "Subtype": b"/Widget", "FT": b"/Sig", "T": text(SEAL_FIELD),
            "Rect": b"[" + b" ".join(map(number, SEAL_BOX)) + b"]", "F": b"132", "P": page,
        }
    )  # fmt: skip
    widget = pdf.add(field)
    pdf.put(pages, dictionary({"Type": b"/Pages", "Kids": b"[%s]" % page, "Count": b"1"}))
    pdf.put(
        page,
        dictionary(
            {
                "Type": b"/Page", "Parent": pages, "MediaBox": media, "Resources": resources,
                "Contents": body, "Annots": b"[%s]" % widget,
                "Group": b"<< /S /Transparency /CS /DeviceRGB >>",
            }
        ),
    )  # fmt: skip
    attached = _attachment(pdf, credential, created)
    name, title = text(ATTACHMENT), f"{licence.title_zh} {licence.holder_name}"
    meta = packet(title, licence.issuer_name, licence.identifier, created)
    entry = b"/Type /Metadata /Subtype /XML"
    pdf.put(
        root,
        dictionary(
            {
                "Type": b"/Catalog", "Pages": pages, "Lang": b"(zh-CN)",
                "Metadata": pdf.add_stream(meta, entry, packed=False),
                "ViewerPreferences": b"<< /DisplayDocTitle true >>",
                "Names": b"<< /EmbeddedFiles << /Names [%s %s] >> >>" % (name, attached),
                "AF": b"[%s]" % attached, "AcroForm": b"<< /Fields [%s] /SigFlags 3 >>" % widget,
            }
        ),
    )  # fmt: skip
    info = {
        "Title": text(title), "Author": text(licence.issuer_name),
        "Subject": text(licence.identifier), "Creator": b"(Mianti)", "Producer": b"(Mianti)",
        "CreationDate": moment(created), "ModDate": moment(created),
    }  # fmt: skip
    return pdf.finish(root, pdf.add(dictionary(info)))


def _attachment(pdf: PdfFile, credential: bytes, created: datetime) -> bytes:
    stated = b"<< /Size %d /CreationDate %s /ModDate %s >>" % (
        len(credential), moment(created), moment(created),
    )  # fmt: skip
    entries = b"/Type /EmbeddedFile /Subtype /application#2Fdc+sd-jwt /Params " + stated
    stream = pdf.add_stream(credential, entries)
    return pdf.add(
        dictionary(
            {
                "Type": b"/Filespec", "F": text(ATTACHMENT), "UF": text(ATTACHMENT),
                "AFRelationship": b"/Data", "EF": b"<< /F %s /UF %s >>" % (stream, stream),
                "Desc": text("电子凭证 SD-JWT VC"),
            }
        )
    )  # fmt: skip


def composite_font(pdf: PdfFile, glyphs: Glyphs) -> bytes:
    """Add the composite font of the glyphs in use (ISO 32000-1, 9.7) and return its reference."""
    font, name = glyphs.font, b"/" + glyphs.name().encode("ascii")
    data = glyphs.font_file()
    file = pdf.add_stream(data, b"/Length1 %d" % len(data))
    descriptor = dictionary(
        {
            "Type": b"/FontDescriptor", "FontName": name, "Flags": b"4", "ItalicAngle": b"0",
            "FontBBox": b"[%d %d %d %d]" % font.box, "Ascent": b"%d" % font.ascent,
            "Descent": b"%d" % font.descent, "CapHeight": b"%d" % font.cap_height,
            "StemV": b"80", "FontFile2": file,
        }
    )  # fmt: skip
    widths = b" ".join(b"%d" % w for w in glyphs.widths())
    descendant = dictionary(
        {
            "Type": b"/Font", "Subtype": b"/CIDFontType2", "BaseFont": name,
            "CIDSystemInfo": b"<< /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>",
            "FontDescriptor": pdf.add(descriptor), "DW": b"1000", "W": b"[0 [%s]]" % widths,
            "CIDToGIDMap": b"/Identity",
        }
    )  # fmt: skip
    return pdf.add(
        dictionary(
            {
                "Type": b"/Font", "Subtype": b"/Type0", "BaseFont": name,
                "Encoding": b"/Identity-H", "DescendantFonts": b"[%s]" % pdf.add(descendant),
                "ToUnicode": pdf.add_stream(glyphs.character_map()),
            }
        )
    )  # fmt: skip
