"""Write a small PDF file: objects in, bytes out, the same bytes for the same objects.

One cross-reference table, one trailer, one revision (ISO 32000-1, 7.5). No clock and no chance:
the file identifier is a digest of the content.
"""

import hashlib
import re
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import pairwise
from xml.sax.saxutils import escape

from certs.layout.errors import PdfMalformed

_HEADER, _END = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", b"\nendobj\n"
_TABLE = re.compile(rb"xref\n0 [0-9]+\n0000000000 65535 f \n(?:[0-9]{10} 00000 n \n)+")
_ENDING = re.compile(
    rb"trailer\n<< /Size ([0-9]+) /Root ([0-9]+ 0 R) /Info ([0-9]+ 0 R) /ID \[<[0-9a-f]{32}> "
    rb"<[0-9a-f]{32}>\] >>\nstartxref\n([0-9]{1,10})\n%%EOF\n\Z"
)


class PdfFile:
    """Numbered objects on their way into a file. A reference is the bytes ``b"7 0 R"``."""

    def __init__(self) -> None:
        self._objects: list[bytes | None] = []

    def reserve(self) -> bytes:
        """Return a reference to an object that :meth:`put` fills later."""
        self._objects.append(None)
        return b"%d 0 R" % len(self._objects)

    def put(self, reference: bytes, content: bytes) -> bytes:
        self._objects[int(reference.split()[0]) - 1] = content
        return reference

    def add(self, content: bytes) -> bytes:
        return self.put(self.reserve(), content)

    def add_stream(self, data: bytes, entries: bytes = b"", *, packed: bool = True) -> bytes:
        """Add a stream; ``entries`` are further entries of its dictionary."""
        if packed:
            data, entries = zlib.compress(data, 6), entries + b" /Filter /FlateDecode"
        head = b"<< /Length %d%s >>" % (len(data), b" " + entries.strip() if entries else b"")
        return self.add(head + b"\nstream\n" + data + b"\nendstream")

    @classmethod
    def reopen(cls, pdf: bytes) -> tuple["PdfFile", bytes, bytes]:
        """Return the objects of a file that :meth:`finish` wrote, its root and its info.

        Raises ``PdfMalformed`` for a file that others wrote.
        """
        ending = _ENDING.search(pdf, max(0, len(pdf) - 400))
        start = int(ending[4]) if ending else 0
        table = _TABLE.match(pdf, start)
        if ending is None or table is None or table.end() != ending.start():
            raise PdfMalformed("the file was not written here")
        file, places = cls(), [int(n) for n in re.findall(rb"([0-9]{10}) 00000 n \n", table[0])]
        for number, (at, end) in enumerate(pairwise([*places, start]), 1):
            head, content = b"%d 0 obj\n" % number, pdf[at:end]
            if not (content.startswith(head) and content.endswith(_END)):
                raise PdfMalformed("the file was not written here")
            file.add(content[len(head) : -len(_END)])
        again = file.finish(ending[2], ending[3])
        if again != pdf:
            raise PdfMalformed("the file was not written here")
        return file, ending[2], ending[3]

    def extend(self, reference: bytes, entries: bytes) -> None:
        """Add entries to an object that is a dictionary."""
        content = self._objects[int(reference.split()[0]) - 1]
        if content is None or not content.endswith(b" >>"):
            raise ValueError("the object is not a dictionary")
        self.put(reference, content[:-2] + entries + b" >>")

    def finish(self, root: bytes, info: bytes) -> bytes:
        """Return the file. Raises ``ValueError`` if a reserved object was never put."""
        out, offsets = bytearray(_HEADER), []
        for number, content in enumerate(self._objects, 1):
            if content is None:
                raise ValueError(f"object {number} was reserved and never put")
            offsets.append(len(out))
            out += b"%d 0 obj\n" % number + content + _END
        name, start = hashlib.sha256(out).hexdigest()[:32].encode("ascii"), len(out)
        out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(offsets) + 1)
        out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
        out += b"trailer\n<< /Size %d /Root %s /Info %s" % (len(offsets) + 1, root, info)
        out += b" /ID [<%s> <%s>] >>\nstartxref\n%d\n%%%%EOF\n" % (name, name, start)
        return bytes(out)


def number(value: float) -> bytes:
    """Write a number with at most two decimals (a 3,600th of an inch)."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return b"0" if text in ("-0", "") else text.encode("ascii")


def text(value: str) -> bytes:
    """Write a text string (ISO 32000-1, 7.9.2.2), in UTF-16 and hexadecimal."""
    return b"<FEFF" + value.encode("utf-16-be").hex().upper().encode("ascii") + b">"


def moment(at: datetime) -> bytes:
    """Write an aware time as a PDF date in UTC (7.9.4)."""
    return f"(D:{at.astimezone(UTC):%Y%m%d%H%M%S}Z)".encode("ascii")


def packet(title: str, author: str, identifier: str, created: datetime) -> bytes:
    """Return the XMP metadata packet (ISO 16684-1) of a document."""
    at = f"{created.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/">'
        f'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{escape(title)}</rdf:li></rdf:Alt>'
        f"</dc:title><dc:creator><rdf:Seq><rdf:li>{escape(author)}</rdf:li></rdf:Seq></dc:creator>"
        f"<dc:identifier>{escape(identifier)}</dc:identifier><dc:format>application/pdf</dc:format>"
        f"<xmp:CreateDate>{at}</xmp:CreateDate><xmp:CreatorTool>Mianti</xmp:CreatorTool>"
        "<pdf:Producer>Mianti</pdf:Producer></rdf:Description></rdf:RDF></x:xmpmeta>\n"
        '<?xpacket end="r"?>'
    ).encode()


def dictionary(entries: Mapping[str, bytes]) -> bytes:
    """Write a dictionary; values are PDF source already."""
    return b"<< " + b" ".join(b"/%s %s" % (k.encode(), v) for k, v in entries.items()) + b" >>"
