"""Write docs/api-reference.md from the OpenAPI document of the API."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from api.app import create_app
from api.pages.reference import reference
from depgraph.stores.sqlite import SqliteStore

if __name__ == "__main__":
    with closing(SqliteStore(":memory:")) as store:
        text = reference(create_app(store).openapi())
    Path(__file__).parents[1].joinpath("docs", "api-reference.md").write_text(text, encoding="utf-8")
