"""Synthetic papers for the story: small PDFs that say plainly that they are invented."""

from __future__ import annotations

from functools import cache
from importlib import resources

from fpdf import FPDF

WARNING = "演示材料，人物与企业均为虚构  DEMO, all persons and firms are invented"


@cache
def _font() -> str:
    with resources.as_file(
        resources.files("certs.layout") / "fonts" / "NotoSansSC-GB2312.ttf"
    ) as path:
        return str(path)


def paper(title: str, lines: tuple[str, ...]) -> bytes:
    """One page: title, lines, and the warning at its foot."""
    pdf = FPDF(format="A4")
    pdf.add_page()
    pdf.add_font("sans", fname=_font())
    pdf.set_font("sans", size=20)
    pdf.cell(0, 24, title, align="C", new_x="LMARGIN", new_y="NEXT")
    pdf.set_font("sans", size=12)
    for line in lines:
        pdf.multi_cell(0, 9, line, new_x="LMARGIN", new_y="NEXT")
    pdf.set_y(-30)
    pdf.set_font("sans", size=8)
    pdf.cell(0, 8, WARNING, align="C")
    return bytes(pdf.output())
