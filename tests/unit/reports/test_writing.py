"""Reports as files: where they go, and what is in them of much or of little."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from depgraph.errors import MissingPathError, UnknownIdError
from depgraph.model import Finding, Label, Level, Marking
from depgraph.ports import Given
from depgraph.reports.kinds import KINDS
from depgraph.reports.making import asked_with, make_report
from depgraph.reports.writing import FORMS, write_report
from depgraph.stores.sqlite import SqliteStore
from depgraph.testing import graph
from depgraph.usecases.keeping.importing import import_source
from depgraph.usecases.view import KEEPER, View
from importers.register import SOURCE
from tests.unit.reports.test_redacting import readable

CALLED = {"x": {"name": "Example Hosting"}, "a": {"hub": "care"}}
VIEW = View(graph("f1@a f1>x f2@b f2>x f2>y z<y", CALLED), KEEPER, 1, (), ())


def test_a_file_that_is_there_is_written_over_whole_and_a_folder_is_refused(tmp_path: Path) -> None:
    out = tmp_path / "report.json"
    out.write_text("an older and much longer report" * 100_000, encoding="utf-8")
    write_report("procurement", VIEW, out, supplier="name:x")
    assert json.loads(out.read_text(encoding="utf-8"))["bidders"][0]["name"] == "Example Hosting"
    (tmp_path / "folder.json").mkdir()
    (tmp_path / "folder").mkdir()
    for where, told in (
        ("folder.json", "folder.json: is a folder"),
        ("folder", "folder: is a folder"),
        ("nowhere/report.json", "there is no folder '.*nowhere'"),
    ):
        with pytest.raises(MissingPathError, match=told):
            write_report("procurement", VIEW, tmp_path / where, supplier="name:x")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["folder", "folder.json", "report.json"]


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("procurement", {"supplier": "Example Hostng"}),
        ("procurement", {"supplier": "name:y", "buyer": "Example Hostng"}),
        ("procurement", {"supplier": "name:y", "against": ("Example Hostng",)}),
        ("hub", {"hub": "care", "supplier": "Example Hostng"}),
    ],
)
def test_of_an_unknown_supplier_near_names_are_told(tmp_path: Path, kind: str, given: dict[str, Any]) -> None:
    with pytest.raises(UnknownIdError, match=r"Example Hostng.*did you mean 'name:x'"):
        write_report(kind, VIEW, tmp_path / "report.json", **given)
    assert list(tmp_path.iterdir()) == []


def test_of_a_supplier_that_nobody_needs_that_is_said(tmp_path: Path) -> None:
    write_report("procurement", VIEW, tmp_path / "report.html", supplier="name:z")
    assert "nobody in these data needs it" in (tmp_path / "report.html").read_text(encoding="utf-8")
    write_report("hub", VIEW, tmp_path / "hub.json", hub="care", supplier="name:z")
    told = json.loads((tmp_path / "hub.json").read_text(encoding="utf-8"))["outages"][0]
    assert (told["name"], told["hit"]) == ("y", []), "with what it owns, which no member needs"


def test_what_a_reader_may_not_see_is_in_no_bytes_of_his_report(tmp_path: Path) -> None:
    """A hub sees what is for it, whoever awards what is CLEAR or GREEN; both see nothing of the third part."""
    parts = {
        "open": ("function:Care,Openhost\nfunction:Water,Openhost\n", Marking(Label.GREEN)),
        "north": ("function:Care,Northhost\n", Marking(Label.AMBER, hubs=("north",))),
        "south": ("function:Care,Southhost\nOpenhost,Southhost\n", Marking(Label.AMBER, hubs=("south",))),
    }
    nodes = "id,kind,name,hub,owner\nfunction:Care,function,Care,,Town\nTown,party,Town,north,\n"
    with closing(SqliteStore(":memory:")) as store:
        for part, (needs, marking) in parts.items():
            (tmp_path / part).mkdir()
            (tmp_path / part / "needs.csv").write_text(f"dependent,provider\n{needs}", encoding="utf-8")
            (tmp_path / part / "nodes.csv").write_text(nodes, encoding="utf-8")
            import_source(store, SOURCE, Given((tmp_path / part,)), today="2026-01-01", part=part, marking=marking)
        for kind, given, seen in (
            ("hub", {"hub": "north"}, {"openhost", "northhost"}),
            ("procurement", {"supplier": "Openhost", "against": ("Town",)}, {"openhost"}),
        ):
            asked = asked_with(kind, given, as_keeper=False, packed=False)
            _, report = make_report(store, asked)
            for ending, form in FORMS.items():
                texts = [text.casefold() for _, text in readable(f"report{ending}", form(report, asked.template))]
                found = {each for each in ("openhost", "northhost", "southhost") if any(each in text for text in texts)}
                assert found == seen, (kind, ending)


def test_ten_thousand_findings() -> None:
    """Of three sorts: each is one line, with the first as its example; all are counted."""
    told = tuple(
        Finding(Level.WARNING, f"sort-{number % 3}", f"needs.csv:{number}", "share", "a <b>share</b>")
        for number in range(10_000)
    )
    kind = KINDS["auditor"]
    report = kind.build(View(VIEW.graph, KEEPER, 1, (), told))
    page, listed = (FORMS[ending](report, kind.template).decode() for ending in (".html", ".json"))
    assert [found[:2] for found in json.loads(listed)["findings"]] == [
        ["sort-0", 3334],
        ["sort-1", 3333],
        ["sort-2", 3333],
    ]
    assert page.count("<b>share</b>") == 0
    assert page.count("a &lt;b&gt;share&lt;/b&gt;") == 3
    assert "3,334" in page
