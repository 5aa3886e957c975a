"""A page as a tagged PDF: with our own fonts, from nothing that stands elsewhere, the same bytes every time."""

from __future__ import annotations

import hashlib
import os
import unicodedata
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from importlib.resources import as_file, files
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final
from xml.sax.saxutils import escape

from depgraph.errors import DepgraphError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CURE: Final = (
    "install Pango (Debian and Ubuntu: apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0; macOS:"
    " brew install pango), or write the report to a name in .html and print that"
)
"""What to do where the libraries that lay out text are not on the machine."""

_UNSEEN: Final = ("Cc", "Cf", "Zl", "Zp", "Zs")
"""Categories of characters that are not drawn by themselves."""

_SELECTORS: Final = frozenset({*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)})
"""Variation selectors: marks that are not drawn either, and that no font need have."""

_CONFIGURED: Final = "FONTCONFIG_FILE"


ATTACHED: Final = "report.json"
"""What a report in JSON is called inside a PDF."""


def to_pdf(page: str, *, attached: bytes = b"", as_of: str = "2020-01-01") -> bytes:
    """Return a page as a PDF 1.7 with tags, as PDF/UA-1 asks; what it says of itself is what the page says.

    No font of the machine is used and no address is followed, so that the same page gives the same bytes wherever
    the same versions make them. A character that our fonts lack is written as its number.

    Parameters
    ----------
    page : str
        HTML that loads nothing.
    attached : bytes
        The same report in JSON, which goes with the pages as a file in the file: all digits, for programs.
    as_of : str
        The date that the attached file bears.

    Raises
    ------
    UsageError
        If the libraries that lay out text are not on this machine.

    """
    with _own_fonts() as fonts:
        weasyprint = _engine()
        from depgraph.reports.right_to_left import as_drawn  # noqa: PLC0415 - loads a library

        page = as_drawn(_written_out(page, fonts), _characters(fonts))
        from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415 - loads Pango

        asked: list[str] = []

        class Refusing(weasyprint.URLFetcher):  # type: ignore[misc,name-defined]  # mypy does not see the module
            """Follows no address."""

            def fetch(self, url: str, _headers: object = None) -> Any:
                asked.append(url)
                raise ValueError(url)

        document = weasyprint.HTML(string=page, url_fetcher=Refusing())
        noon = datetime.fromisoformat(f"{as_of}T12:00:00")
        told = "The same report in JSON, with all digits"
        files = [
            weasyprint.Attachment(string=attached, name=ATTACHED, description=told, created=noon, modified=noon)
        ] * bool(attached)
        made: bytes = document.write_pdf(
            pdf_variant="pdf/ua-1",
            pdf_identifier=hashlib.sha256(page.encode() + attached).digest()[:16],
            font_config=FontConfiguration(),
            attachments=files,
            finisher=_scoped,
        )
    if asked:
        raise DepgraphError(f"a report asks for '{asked[0]}', and a report loads nothing: tell us")
    return made


def pdf_engine() -> str:
    """Return the version of what makes PDF files.

    Raises
    ------
    UsageError
        As `to_pdf`.

    """
    with _own_fonts():
        return str(_engine().__version__)


def pango() -> str:
    """Return the version of what lays out the text of PDF files."""
    with _own_fonts():
        _engine()
        from weasyprint.text.ffi import pango as library  # noqa: PLC0415 - loads it

        number = int(library.pango_version())
    return f"{number // 10_000}.{number // 100 % 100}.{number % 100}"


def _engine() -> Any:
    try:
        import weasyprint  # noqa: PLC0415 - loads libraries of the system, which may be missing
    except (ImportError, OSError) as error:
        first = str(error).partition("\n")[0]
        raise UsageError(f"no PDF can be made on this machine ({first}): {CURE}") from None
    return weasyprint


@contextmanager
def _own_fonts() -> Iterator[Path]:
    """Let text be laid out with the fonts that come with depgraph, and with no others; give their folder."""
    before = os.environ.get(_CONFIGURED)
    with as_file(files("depgraph.reports") / "fonts") as fonts, TemporaryDirectory() as folder:
        os.environ[_CONFIGURED] = _configuration(fonts, folder)
        try:
            yield fonts
        finally:
            if before is None:
                del os.environ[_CONFIGURED]
            else:
                os.environ[_CONFIGURED] = before


def _configuration(fonts: Path, folder: str) -> str:
    written = os.path.join(folder, "fonts.conf")  # noqa: PTH118 - fontconfig is handed a text
    with open(written, "w", encoding="utf-8") as file:  # noqa: PTH123
        file.write(
            '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "fonts.dtd">\n'
            f"<fontconfig><dir>{escape(str(fonts))}</dir><cachedir>{escape(folder)}</cachedir></fontconfig>\n"
        )
    return written


def _written_out(page: str, fonts: Path) -> str:
    """Return a page in which each character that no font has is written as its number, and which says so then."""
    known = _characters(fonts)
    known |= _SELECTORS
    lacking = {one for one in set(page) if ord(one) not in known and unicodedata.category(one) not in _UNSEEN}
    if not lacking:
        return page
    told = (
        "Characters that the fonts of this file lack are written as their numbers in Unicode; a file in .html has them."
    )
    page = page.replace("</footer>", f'<p class="small">{told}</p></footer>')
    return page.translate({ord(one): f"[U+{ord(one):04X}]" for one in lacking})


@cache
def _characters(fonts: Path) -> frozenset[int]:
    """Return the characters that the fonts in a folder have."""
    from fontTools.ttLib import TTFont  # noqa: PLC0415 - only a PDF needs it

    found: set[int] = set()
    for file in fonts.glob("*.ttf"):
        with TTFont(file, lazy=True) as font:
            found |= font.getBestCmap().keys()
    return frozenset(found)


def _scoped(_document: object, pdf: Any) -> None:
    """Say of each heading of a table whether it is of a column or of a row (PDF/UA-1, 7.5)."""
    elements = {at.reference: at for at in pdf.objects if hasattr(at, "get") and at.get("Type") == "/StructElem"}
    for element in elements.values():
        if element["S"] == "/TH":
            row = elements[element["P"]]
            above = elements[row["P"]]
            element["A"]["Scope"] = "/Column" if above["S"] == "/THead" else "/Row"
