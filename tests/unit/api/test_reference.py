"""The reference in the documentation is the one that the OpenAPI document gives."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from api.pages.reference import reference
from depgraph.reports.kinds import KINDS

if TYPE_CHECKING:
    from fastapi import FastAPI

PAGE = Path(__file__).parents[3] / "docs" / "api-reference.md"


def test_the_page_says_what_the_document_says(app: FastAPI) -> None:
    told = reference(app.openapi())
    assert PAGE.read_text(encoding="utf-8") == told, "make docs writes the reference again"
    assert told.count("\n## ") == sum(
        len(methods) - ("servers" in methods) for methods in app.openapi()["paths"].values()
    )
    # What is asked with POST alone says what its body has.
    kinds = " \\| ".join(KINDS)
    assert f"\n| `kind` | {kinds} | Which report. Required. |\n" in told
