"""A picture that was handed in, as a page to be copied."""

from __future__ import annotations

import io

from PIL import Image, ImageOps

from certs.layout.ornament import PAGE
from certs.layout.pdf import PdfFile, dictionary, number
from ledger.use.copy_errors import CopyTooLarge

MAX_POINTS = 60_000_000


def picture_page(data: bytes, form: str) -> bytes:
    """One A4 page with the picture on it, upright, white where it is transparent. ``form``: PNG or
    JPEG. Raises CopyTooLarge, and whatever Pillow does for what is none."""
    try:
        plain = _upright(data, form)
    except Image.DecompressionBombError as error:
        raise CopyTooLarge("The picture has too many points.", limit=MAX_POINTS) from error
    width, height = plain.size
    page = (PAGE[1], PAGE[0]) if width > height else PAGE
    scale = min(page[0] / width, page[1] / height)
    across, up = width * scale, height * scale
    pdf = PdfFile()
    root, pages, sheet = pdf.reserve(), pdf.reserve(), pdf.reserve()
    entries = b"/Type /XObject /Subtype /Image /Width %d /Height %d" % (width, height)
    entries += b" /ColorSpace /DeviceRGB /BitsPerComponent 8"
    if form == "JPEG":
        out = io.BytesIO()
        plain.save(out, "JPEG", quality=90)
        picture = pdf.add_stream(out.getvalue(), entries + b" /Filter /DCTDecode", packed=False)
    else:
        picture = pdf.add_stream(plain.tobytes(), entries)
    place = [across, 0, 0, up, (page[0] - across) / 2, (page[1] - up) / 2]
    drawn = b"q %s cm /P Do Q" % b" ".join(map(exactly, place))
    media = b"[0 0 %s %s]" % (number(page[0]), number(page[1]))
    resources = b"<< /XObject << /P %s >> >>" % picture
    pdf.put(
        sheet,
        dictionary(
            {
                "Type": b"/Page", "Parent": pages, "MediaBox": media, "Resources": resources,
                "Contents": pdf.add_stream(drawn),
            }
        ),
    )  # fmt: skip
    pdf.put(pages, dictionary({"Type": b"/Pages", "Kids": b"[%s]" % sheet, "Count": b"1"}))
    pdf.put(root, dictionary({"Type": b"/Catalog", "Pages": pages}))
    return pdf.finish(root, pdf.add(b"<< >>"))


def _upright(data: bytes, form: str) -> Image.Image:
    with Image.open(io.BytesIO(data), formats=[form]) as opened:
        if opened.width * opened.height > MAX_POINTS:
            raise CopyTooLarge("The picture has too many points.", limit=MAX_POINTS)
        upright: Image.Image = ImageOps.exif_transpose(opened)
        if upright.has_transparency_data:
            ground = Image.new("RGBA", upright.size, "white")
            upright = Image.alpha_composite(ground, upright.convert("RGBA"))
        return upright.convert("RGB")


def exactly(value: float) -> bytes:
    """A number with four decimals; two would shift what is made smaller."""
    return f"{value:.4f}".rstrip("0").rstrip(".").encode("ascii") or b"0"
