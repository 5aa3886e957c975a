"""The page on names says what the score that comes with the package does on what it has not seen."""

from __future__ import annotations

import runpy
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_the_page_and_its_drawings_are_those_of_the_pairs() -> None:
    made = runpy.run_path(str(ROOT / ".ci" / "names.py"))["page"]()
    kept = {name: (ROOT / "docs" / name).read_text(encoding="utf-8") for name in made}
    assert kept == made
