"""A supplier before an award, on a small register worked out by hand, and as seen by those who may not see all."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from depgraph.errors import EmptyStoreError, UnknownIdError, UsageError
from depgraph.model import Label, Marking
from depgraph.ports import Given
from depgraph.stores.sqlite import SqliteStore
from depgraph.testing import graph
from depgraph.usecases.keeping.importing import import_source
from depgraph.usecases.questions.check import check_supplier
from depgraph.usecases.view import KEEPER, Lens, View, open_view
from depgraph.usecases.viewers import COMMUNITY
from importers.register import SOURCE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from depgraph.ports import Store

NEEDS = """dependent,provider,service_type,requirement,at_least
function:Pay,service:Alpha/hosting,hosting,,
function:Send,Beta,mail,,
service:Alpha/hosting,Alpha,,,
service:Alpha/hosting,Cables,network,,
service:Alpha/hosting,unknown:,power,,
Cables,Masts,radio,both,1..2
Cables,Beams,radio,both,1..2
"""
NODES = """id,kind,name,country,owner,owned_by
function:Pay,function,Pay,,Agency,
function:Send,function,Send,,Agency,
service:Alpha/hosting,service,Hosting,,,
Alpha,party,Alpha,NL,,Holding
Holding,party,Holding,DE,,Top
Top,party,Top,US,,
Gamma,party,Gamma,,,
Agency,party,Agency,,,
"""
CLOSED = "dependent,provider\nShy,Alpha\nAlpha,Cellar\n"


def imported(store: Store, folder: Path, label: Label, needs: str, nodes: str = "id\nShy\n") -> None:
    """Import a register whose part is called as its folder."""
    folder.mkdir(exist_ok=True)
    (folder / "needs.csv").write_text(needs, encoding="utf-8")
    (folder / "nodes.csv").write_text(nodes, encoding="utf-8")
    marking = Marking(label, organisations=("shy",))
    import_source(store, SOURCE, Given((folder,)), today="2026-01-01", part=folder.name, marking=marking)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(SqliteStore(":memory:")) as made:
        imported(made, tmp_path / "open", Label.GREEN, NEEDS, NODES)
        yield made


@pytest.fixture
def view(store: Store) -> View:
    return open_view(store, Lens(viewer=COMMUNITY))


def test_who_it_is_and_what_it_stands_on(view: View) -> None:
    (row,) = check_supplier(view, "Alpha").rows
    assert (row.id, row.country, row.services) == ("name:Alpha", "NL", ("service:Alpha/hosting",))
    assert [(one.steps, one.name, one.country) for one in row.owners] == [(1, "Holding", "DE"), (2, "Top", "US")]
    # Of lines of the table: Alpha says whose it is, Holding says that of itself, and in which country each is.
    lines = {
        name: f"register: nodes.csv:{NODES[: NODES.index(f'{name},party')].count(chr(10)) + 1}"
        for name in ("Alpha", "Holding", "Top")
    }
    assert row.records == (lines["Alpha"],)
    assert [(one.records, one.described) for one in row.owners] == [
        ((lines["Alpha"],), (lines["Holding"],)),
        ((lines["Holding"],), (lines["Top"],)),
    ]
    assert [(one.tier, one.name, one.kind) for one in row.behind if one.kind != "unknown"] == [
        (1, "Cables", "party"),
        (2, "Beams", "party"),
        (2, "Masts", "party"),
    ]
    assert [one.tier for one in row.behind if one.kind == "unknown"] == [1]
    assert (row.behind_in_all, row.behind_unknown, row.needed_by) == (4, 1, 1)
    assert {one.name for one in row.behind if not one.unsaid} == {"Cables"}
    assert row.behind_unsaid == 3
    assert row.behind[0].records == ("register: needs.csv:5",)
    assert row.award == ()


def test_who_stands_on_it(view: View) -> None:
    """Hosting falls, and with it Pay, which its owner loses."""
    (row,) = check_supplier(view, "Alpha").rows
    assert [(one.name, one.fails, one.steps) for one in row.standing] == [("Pay", "certainly", 1)]
    assert (row.impact.functions_lower, row.impact.organisations_lower) == (1, 1)
    (top,) = check_supplier(view, "Top").rows
    assert [one.name for one in top.standing] == ["Pay"], "with all that it owns"
    assert top.needed_by == 1


def test_who_stands_on_it_and_would_not_fail_is_listed_too() -> None:
    """f1 needs x alone, f2 one of x and y, f3 perhaps both; f4 stands on x through f1's service, z on nothing of it."""
    view = View(graph("f1@a f1>x f2@b f2>x|y f3@b f3>?(x,y) f4@c f4>x&y f5@c f5>z"), KEEPER, 1, (), ())
    (row,) = check_supplier(view, "x").rows
    assert [(one.name, one.fails) for one in row.standing] == [
        ("f1", "certainly"),
        ("f4", "certainly"),
        ("f3", "possibly"),
        ("f2", "no"),
    ]
    assert (row.standing_in_all, row.impact.reach) == (4, 4)
    assert [one.because for one in row.standing] == ["x", "x", "x", ""]


def test_its_own_functions_do_not_stand_on_it() -> None:
    """By hand: f1 is the supplier's own; f2 is of a, who needs the supplier, and fails with it, as a does."""
    view = View(graph("f1@x f1>y f2@a a>x f3@b f3>a"), KEEPER, 1, (), ())
    (row,) = check_supplier(view, "x").rows
    assert [(each.id, each.fails) for each in row.standing] == [
        ("name:a", "certainly"),
        ("function:f2", "certainly"),
        ("function:f3", "certainly"),
    ]
    assert (row.standing_in_all, row.impact.reach) == (3, 3)


def test_an_award_moves_what_the_buyer_has_of_that_type(view: View) -> None:
    """Mail goes from Beta to Alpha, whose failure then stops both functions: their score rises from a half to all."""
    (row,) = check_supplier(view, "Alpha", buyer="Agency", service_type="MAIL").rows
    assert row.takes_over == ("name:Beta",)
    found = {(one.measure, one.id): (one.before_at_upper, one.after_at_upper) for one in row.award}
    assert found["score", "name:Top"] == (0.5, 1.0)
    assert found["single_points", ""] == (5, 4), "Top, Cables, perhaps Masts and Beams; and Beta"
    (same,) = check_supplier(view, "Beta", buyer="Agency", service_type="mail").rows
    assert (same.takes_over, same.award) == ((), ())
    (new,) = check_supplier(view, "Gamma", buyer="Agency", service_type="archive").rows
    assert new.takes_over == ()
    assert ("share", "name:Gamma") in {(one.measure, one.id) for one in new.award}


def test_an_award_takes_over_from_a_provider_that_nobody_knows(tmp_path: Path) -> None:
    """Who carries the mail no source says: once that is Alpha, its failure stops both functions."""
    with closing(SqliteStore(":memory:")) as store:
        imported(store, tmp_path / "open", Label.GREEN, NEEDS.replace("Send,Beta", "Send,unknown:"), NODES)
        (row,) = check_supplier(open_view(store), "Alpha", buyer="Agency", service_type="mail").rows
    assert row.takes_over == ("unknown:not named in register (open)",)
    found = {(one.measure, one.id): (one.before_at_upper, one.after_at_upper) for one in row.award}
    assert found["score", "name:Top"] == (0.5, 1.0)


def test_bidders_stand_side_by_side_in_the_order_asked(view: View) -> None:
    rows = check_supplier(view, "Beta", against=["Gamma", "Alpha"]).rows
    assert [row.name for row in rows] == ["Beta", "Gamma", "Alpha"]


def test_what_to_ask_is_what_nobody_said(view: View) -> None:
    (row,) = check_supplier(view, "Cables").rows
    text = " ".join(row.questions)
    assert "Who owns Cables" in text
    assert "In which country is Cables?" in text
    assert "How many of Beams, Masts must work for Cables to work (1 to 2)?" in text
    (alpha,) = check_supplier(view, "Alpha").rows
    assert "On whom do Beams, Masts stand, behind Alpha? No source says." in alpha.questions
    assert any("Who is the provider that nobody names" in one for one in alpha.questions)


def test_a_supplier_that_nobody_needs_is_told_so(view: View) -> None:
    answer = check_supplier(view, "Gamma")
    assert "nobody in these data needs 'name:Gamma': what would stand on it is not known" in answer.meta.notes
    assert "no source says what 'name:Gamma' stands on: that is not known, and not nothing" in answer.meta.notes
    assert answer.rows[0].impact.fails_upper == 0


def test_what_cannot_be_asked(view: View) -> None:
    with pytest.raises(UnknownIdError, match="did you mean 'name:Alpha'"):
        check_supplier(view, "Alhpa")
    with pytest.raises(UsageError, match="'function:Pay' is a function, no supplier"):
        check_supplier(view, "function:Pay")
    with pytest.raises(UsageError, match="'name:Alpha' is named twice"):
        check_supplier(view, "Alpha", against=["alpha"])
    with pytest.raises(UsageError, match="who would buy 'mail'"):
        check_supplier(view, "Alpha", service_type="mail")


def test_what_is_closed_neither_shows_nor_counts(store: Store, view: View, tmp_path: Path) -> None:
    before = check_supplier(view, "Alpha")
    imported(store, tmp_path / "closed", Label.AMBER, CLOSED)
    community = check_supplier(open_view(store, Lens(viewer=COMMUNITY)), "Alpha")
    assert community.rows == before.rows
    assert community.meta.graph_digest == before.meta.graph_digest
    assert community.meta.parameters["seen_by"] == "the community (TLP:CLEAR and TLP:GREEN)"
    assert "what they may not see may hold up or stop more" in community.meta.notes[0]
    keeper = check_supplier(open_view(store, KEEPER), "Alpha")
    assert {"Shy"} <= {one.name for one in keeper.rows[0].standing}
    assert keeper.meta.parameters["as_keeper"] is True
    assert keeper.meta.marking.label is Label.AMBER


def test_nothing_to_see_says_why(tmp_path: Path) -> None:
    with closing(SqliteStore(":memory:")) as closed:
        imported(closed, tmp_path / "closed", Label.AMBER, CLOSED)
        with pytest.raises(EmptyStoreError, match=r"nothing that the community .* may see: --as-keeper shows all"):
            open_view(closed, replace(KEEPER, viewer=COMMUNITY))
