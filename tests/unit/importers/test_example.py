"""The importer that the page on style shows: it runs, and keeps the promises that it is shown for."""

from __future__ import annotations

import re
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from depgraph.errors import InputError
from depgraph.model import Need
from depgraph.ports import Given
from depgraph.stores.sqlite import SqliteStore
from depgraph.usecases.keeping.importing import import_source
from importers.links import need

if TYPE_CHECKING:
    from depgraph.model import Facts
    from depgraph.ports import Source

UNKNOWN = "the key is not known and not read: --ignore leaves out this warning"
NO_NUMBER = "'half' is not a number: write digits, such as 12"
PAGE = Path(__file__).parents[3] / "docs" / "style.md"


@pytest.fixture
def source() -> Source:
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)
    room: dict[str, object] = {"__doc__": "Contracts."}
    exec(compile(code, "style.md", "exec"), room)  # noqa: S102  # our own page
    found: Source = room["SOURCE"]  # type: ignore[assignment]  # what the page declares
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rows = [
        "buyer_kvk,buyer,supplier,share,remarks,colour",
        "1234 5678,Town,Host BV,0.5,good,red",
        "12,Village,Host BV,,,",
        "12345678,Town,Mail BV,half,,blue",
        "12345678,Town",
    ]
    (tmp_path / "contracts.csv").write_text("\n".join(rows), encoding="utf-8")
    return tmp_path


def _read(source: Source, folder: Path) -> list[Facts]:
    return list(source.read(Given((folder,))))


def test_each_row_is_a_need_or_told_with_its_place(source: Source, folder: Path) -> None:
    found = _read(source, folder)
    assert [fact for facts in found for fact in facts.needs] == [
        need("kvk:12345678", "name:Host BV", record="contracts.csv:2", share=0.5),
        need("kvk:12345678", "name:Mail BV", record="contracts.csv:4"),
    ]
    assert [f"{finding.level} {finding.code} {finding}" for facts in found for finding in facts.findings] == [
        "error bad-id contracts.csv:3: buyer_kvk: 'kvk:12' is not valid: a KvK number has 8 digits",
        "error ragged-row contracts.csv:5: has 2 cells where the header has 6: for each empty cell, write a comma",
        f"warning unknown-key contracts.csv:2: colour: {UNKNOWN} (2 times, here first)",
        f"warning not-read contracts.csv:4: share: {NO_NUMBER}; taken as not stated",
    ]


def test_it_is_imported_like_all_others(source: Source, folder: Path) -> None:
    with closing(SqliteStore(":memory:")) as store:
        with pytest.raises(InputError):
            import_source(store, source, Given((folder,)), today="2026-01-01")
        import_source(store, source, Given((folder,)), today="2026-01-01", skip_bad=True)
        counts = store.describe().history[-1].counts
    assert (counts.nodes, counts.needs) == (2, 2)


def test_a_link_leaves_open_what_is_not_said() -> None:
    assert need("name:a", "name:b", record="t.csv:2") == Need(
        "name:a", "name:b", "", "", "", "", None, None, None, None, 1.0, "t.csv:2"
    )
