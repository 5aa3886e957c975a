"""What a terminal shows of bidders: side by side, then each with what is not known of it."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from cli.checked import write_checked
from depgraph.ports import Given
from depgraph.stores.sqlite import SqliteStore
from depgraph.usecases.keeping.importing import import_source
from depgraph.usecases.questions.check import check_supplier
from depgraph.usecases.view import open_view
from importers.register import SOURCE

NEEDS = """dependent,provider,service_type
function:Pay,Alpha,hosting
function:Send,Beta,mail
Alpha,Cables,network
"""
NODES = (
    "id,kind,name,owner\nfunction:Pay,function,Pay,Agency\nfunction:Send,function,Send,Agency\nAgency,party,Agency,\n"
)


def shown(folder: Path, captured: pytest.CaptureFixture[str], *against: str) -> str:
    (folder / "needs.csv").write_text(NEEDS, encoding="utf-8")
    (folder / "nodes.csv").write_text(NODES, encoding="utf-8")
    with closing(SqliteStore(":memory:")) as store:
        import_source(store, SOURCE, Given((folder,)), today="2026-01-01")
        write_checked(check_supplier(open_view(store), "Alpha", buyer="Agency", service_type="mail", against=against))
    return " ".join(captured.readouterr().out.split())


def test_bidders_are_told_apart_in_one_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Alpha would run both functions: an index of 10,000 and two single points, itself and Cables. Beta has it already."""
    monkeypatch.setenv("COLUMNS", "160")
    text = shown(tmp_path, capsys, "Beta")
    assert "bidder country parent on top stands on nodes failing HHI after single points after" in text
    assert "Alpha unknown unknown 1 1 10,000 2" in text
    assert "Beta unknown unknown not known 1 no change no change" in text
    assert "Awarded to it, nothing changes: it provides this to the buyer already." in text
    assert "tier 1: Cables (party): what it stands on is not known" in text
    assert "On whom does Cables stand, behind Alpha? No source says." in text


def test_one_bidder_stands_beside_nobody(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = shown(tmp_path, capsys)
    assert "bidder" not in text
    assert "Needs of others that lead to it: 1." in text
