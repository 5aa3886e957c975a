"""A report as PDF: tagged, in our own fonts, from nothing that stands elsewhere."""

from __future__ import annotations

import json
import os
import sys
import unicodedata
from pathlib import Path

import pytest
from pypdf import PdfReader
from pypdf.generic import ByteStringObject, DictionaryObject, TextStringObject

from depgraph.errors import DepgraphError, UsageError
from depgraph.reports.kinds import KINDS
from depgraph.reports.pdf import pdf_engine, to_pdf
from depgraph.reports.writing import FORMS
from depgraph.testing import graph
from depgraph.usecases.view import KEEPER, View

NAMES = {"x": "شركة الحوسبة", "y": "Ελληνική Τράπεζα", "z": "Cloud 😀🏥 👩‍👩‍👧", "w": "W" * 1000}


@pytest.fixture(scope="module", params=list(KINDS))
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the PDF of each kind of report."""
    named = {at: {"name": name} for at, name in NAMES.items()}
    hubs = {at: {"hub": "الصحة"} for at in ("a", "b")}
    view = View(graph("f1@a f1>x f2@a f2>?(y,z) f3@b f3>z f3>w x>y z<w", named | hubs), KEEPER, 1, (), ())
    given = {"hub": {"hub": "الصحة"}, "procurement": {"supplier": "name:z", "buyer": "name:a", "against": ("name:x",)}}
    kind = KINDS[request.param]
    file = tmp_path_factory.mktemp("pdf") / "report.pdf"
    file.write_bytes(FORMS[".pdf"](kind.build(view, **given.get(request.param, {})), kind.template))
    return file


def elements(made: Path) -> list[DictionaryObject]:
    """Return every element of the structure tree."""
    reader = PdfReader(made)
    every = (reader.get_object(number) for number in range(1, len(reader.xref_objStm) + len(reader.xref[0])))
    return [one for one in every if isinstance(one, DictionaryObject) and one.get("/Type") == "/StructElem"]


def test_it_keeps_every_rule_of_pdf_ua(made: Path) -> None:
    sys.path.append(str(Path(__file__).parents[2] / "verapdf"))
    from validating import broken_rules

    assert broken_rules(made) == []


def test_it_says_what_it_is(made: Path) -> None:
    reader = PdfReader(made)
    root = reader.root_object
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"], root["/ViewerPreferences"]["/DisplayDocTitle"]) == (
        "en",
        True,
        True,
    )
    assert reader.metadata
    title, _, date = str(reader.metadata.title).partition(", as of ")
    assert title.startswith(("ICT supply-chain concentration risk", "What hub الصحة is", "Before an award: Cloud 😀🏥"))
    assert len(date) == len("2026-01-01")
    (attached,) = reader.attachments["report.json"]
    assert json.loads(attached)["meta"]["as_of"] == date


def test_headings_of_tables_have_a_scope_and_figures_a_text(made: Path) -> None:
    found = elements(made)
    heads = [one for one in found if one["/S"] == "/TH"]
    assert {one["/A"]["/Scope"] for one in heads} == {"/Column", "/Row"}
    figures = [one for one in found if one["/S"] == "/Figure"]
    assert all(one["/Alt"] for one in figures)


def test_every_font_is_ours_and_no_glyph_is_missing(made: Path) -> None:
    """WeasyPrint writes each glyph as two bytes; 0 is the one that stands for none."""
    reader = PdfReader(made)
    named: set[str] = set()
    shown = 0
    for each in reader.pages:
        fonts = each["/Resources"]["/Font"]
        for font in (one.get_object() for one in fonts.values()):
            descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
            assert "/FontFile2" in descriptor or "/FontFile3" in descriptor
            named.add(str(font["/BaseFont"]).partition("+")[2])
        for operands, operator in each.get_contents().operations:
            if operator == b"TJ":
                for text in operands[0]:
                    if isinstance(text, ByteStringObject | TextStringObject):
                        glyphs = text.original_bytes
                        pairs = {bytes(glyphs[at : at + 2]) for at in range(0, len(glyphs), 2)}
                        assert b"\0\0" not in pairs
                        shown += len(pairs)
    assert shown > 300
    assert {name.replace("-", "").casefold() for name in named} <= {"dejavusans", "dejavusansbold", "notoemoji"}
    text = "".join(each.extract_text() for each in reader.pages)
    assert "Ελληνική" in text
    assert "😀" in text
    # Arabic comes back in the order in which it is drawn, one letter for each glyph.
    assert set(NAMES["x"]) - {" "} <= set(unicodedata.normalize("NFKC", text))


def test_a_name_of_1000_characters_is_there_whole_and_within_the_page(made: Path) -> None:
    """A W is 0.989 em wide in DejaVu Sans, 1.104 em in bold: where a line of them begins tells where it ends."""
    lines: list[tuple[int, float]] = []

    def note(text: str, moved: list[float], line: list[float], font: dict[str, str], size: float) -> None:
        if set(text.strip()) == {"W"}:
            count, wide = text.count("W"), 1.104 if "Bold" in font["/BaseFont"] else 0.989
            lines.append((count, (line[4] + count * wide * size) * moved[0] + moved[4]))

    reader = PdfReader(made)
    shown = max(page.extract_text(visitor_text=note).count("W") for page in reader.pages)
    assert shown >= len(NAMES["w"])
    assert sum(count for count, _ in lines) >= len(NAMES["w"])
    assert max(end for _, end in lines) <= float(reader.pages[0].mediabox.width)


def test_a_long_heading_stays_above_the_text_of_a_page() -> None:
    """It stood over the text: what names the bidders is as long as they are many, and their names."""
    view = View(graph("f1@a f1>x", {"x": {"name": "Bidder " * 140}}), KEEPER, 1, (), ())
    kind = KINDS["procurement"]
    reader = PdfReader(_file(FORMS[".pdf"](kind.build(view, supplier="name:x"), kind.template)))
    for page in reader.pages:
        heights: list[float] = []

        def note(text: str, moved: list[float], line: list[float], *_: object, at: list[float] = heights) -> None:
            if text.strip():
                at.append(line[5] * moved[3] + moved[5])

        page.extract_text(visitor_text=note)
        above = [each for each in heights if each > float(page.mediabox.height) * (1 - 19 / 297)]
        assert len({round(each) for each in above}) <= 2, "heading and marking, one line each"


def test_a_long_name_leaves_no_page_nearly_empty(made: Path) -> None:
    """But for the last, each page has text in its lower half, above what stands at its foot."""
    for number, page in enumerate(PdfReader(made).pages[:-1], 1):
        heights: list[float] = []

        def note(text: str, moved: list[float], line: list[float], *_: object, at: list[float] = heights) -> None:
            if text.strip():
                at.append(line[5] * moved[3] + moved[5])

        page.extract_text(visitor_text=note)
        high = float(page.mediabox.height)
        assert any(0.1 * high < each < 0.5 * high for each in heights), f"page {number}"


def test_every_page_is_marked(made: Path) -> None:
    for each in PdfReader(made).pages:
        assert each.extract_text().count("TLP:") >= 2


def test_a_character_that_no_font_has_is_written_as_its_number() -> None:
    text = (
        PdfReader(_file(to_pdf('<html lang="en"><title>t</title><p>漢 a न् ❤\ufe0f</p><footer></footer>')))
        .pages[0]
        .extract_text()
    )
    # A mark too: it would be drawn as an empty box.
    assert "[U+6F22] a [U+0928][U+094D] " in text
    assert "[U+FE0F]" not in text
    assert "Characters that the fonts of this file lack" in text


def test_arabic_in_a_drawing_is_joined_and_its_title_is_as_written(tmp_path: Path) -> None:
    """Letters come back in the order in which they are read: from the right of the page to its left."""
    made = tmp_path / "drawing.pdf"
    made.write_bytes(
        to_pdf(
            '<html lang="en"><title>t</title><svg viewBox="0 0 90 30" role="img" aria-labelledby="a">'
            '<title id="a">\u0628\u0646\u0643</title><text y="20">\u0628\u0646\u0643</text></svg>'
        )
    )
    assert ascii(PdfReader(made).pages[0].extract_text()) == ascii("\ufe91\ufee8\ufeda")
    assert [one["/Alt"] for one in elements(made) if one["/S"] == "/Figure"] == ["\u0628\u0646\u0643"]


def _file(made: bytes) -> object:
    from io import BytesIO

    return BytesIO(made)


def test_nothing_is_fetched(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    for address in (secret.as_uri(), "http://127.0.0.1:9/a.png"):
        with pytest.raises(DepgraphError, match="loads nothing"):
            to_pdf(f'<html lang="en"><title>t</title><p>a<img alt="x" src="{address}">')


def test_without_pango_the_cure_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "weasyprint.py").write_text("raise OSError(\"cannot load library 'libpango-1.0-0'\\n and more\")")
    for name in [name for name in sys.modules if name.partition(".")[0] == "weasyprint"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.syspath_prepend(str(tmp_path))
    for ask in (pdf_engine, lambda: to_pdf("<p>a")):
        with pytest.raises(
            UsageError, match=r"cannot load library 'libpango-1\.0-0'\): install Pango .* apt-get install"
        ):
            ask()
    assert "FONTCONFIG_FILE" not in os.environ
