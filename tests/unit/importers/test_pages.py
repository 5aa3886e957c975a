"""Every source has a page that says what becomes what, and the pages in docs are those of the code."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from importers import SOURCES
from importers.pages import main, page_of, source_pages

if TYPE_CHECKING:
    from depgraph.ports import Source

DOCS = Path(__file__).parents[3] / "docs" / "sources"


def test_the_pages_in_docs_are_those_of_the_code(tmp_path: Path) -> None:
    main(tmp_path)
    written = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()}
    assert written == source_pages(SOURCES)
    assert {path.name: path.read_text(encoding="utf-8") for path in DOCS.iterdir()} == written, "make docs writes them"


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_a_page_says_what_becomes_what(source: Source) -> None:
    page = page_of(source)
    assert page.startswith(f"# {source.name}\n")
    for said in (source.title, source.licence, source.formats, source.caveat, source.url):
        assert said in page
    assert [line for line in page.splitlines() if line.startswith("## ")] == [
        "## What becomes what",
        "## What is ignored, and why",
        "## Beware",
    ]
