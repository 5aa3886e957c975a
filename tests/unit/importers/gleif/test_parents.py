"""Who owns whom: the type of a relation decides, its own period is its validity, direct and ultimate are one chain."""

from __future__ import annotations

from contextlib import closing
from random import Random
from typing import TYPE_CHECKING

import pytest
from gleif_tables import (
    BRANCH,
    DIRECT,
    ULTIMATE,
    A,
    B,
    C,
    D,
    E,
    entity,
    exempt,
    findings,
    held,
    read,
    relation,
    ties,
    write,
)

from depgraph.ports import Given
from depgraph.stores.sqlite import SqliteStore
from depgraph.usecases.keeping.importing import import_source
from depgraph.usecases.questions.concentration import measure_concentration
from depgraph.usecases.view import open_view
from importers import gleif, register
from importers.gleif.parents import steps
from importers.gleif.records import Relation, Span
from importers.gleif.sorts import SORTS
from importers.readers.tally import Tally

if TYPE_CHECKING:
    from pathlib import Path

EVERYONE = [entity(code) for code in (A, B, C, D, E)]


def test_validity_is_the_relationship_period_and_not_the_accounting_period(tmp_path: Path) -> None:
    accounts = ("2024-01-01", "2024-12-31", "ACCOUNTING_PERIOD")
    filed = ("2025-02-01", "2025-02-01", "DOCUMENT_FILING_PERIOD")
    rows = [relation(A, B, DIRECT, accounts, held("2017-12-06"), filed), relation(B, C, DIRECT, accounts)]
    assert ties(read(write(tmp_path, lei2=EVERYONE, rr=rows))) == {
        ("owned_by", A, B, "2017-12-06", None),
        ("owned_by", B, C, None, None),
    }


def test_several_relationship_periods_are_several_ties(tmp_path: Path) -> None:
    rows = [relation(A, B, DIRECT, held("2010-01-01", "2012-12-31"), held("2015-01-01"))]
    assert ties(read(write(tmp_path, lei2=EVERYONE, rr=rows))) == {
        ("owned_by", A, B, "2010-01-01", "2012-12-31"),
        ("owned_by", A, B, "2015-01-01", None),
    }


def test_direct_and_ultimate_are_one_chain(tmp_path: Path) -> None:
    rows = [relation(A, B), relation(A, C, ULTIMATE), relation(B, C), relation(B, C, ULTIMATE)]
    found = read(write(tmp_path, lei2=EVERYONE, rr=rows))
    assert ties(found) == {("owned_by", A, B, None, None), ("owned_by", B, C, None, None)}
    assert "other-ultimate" not in findings(found)


def test_the_ultimate_parent_holds_where_no_direct_one_is_known(tmp_path: Path) -> None:
    rows = [relation(A, B, DIRECT, held("2015-06-01")), relation(A, C, ULTIMATE, held("2010-01-01")), relation(B, C)]
    assert ties(read(write(tmp_path, lei2=EVERYONE, rr=rows))) == {
        ("owned_by", A, C, "2010-01-01", "2015-05-31"),
        ("owned_by", A, B, "2015-06-01", None),
        ("owned_by", B, C, None, None),
    }


def test_a_chain_that_ends_below_the_ultimate_parent_goes_on_to_it(tmp_path: Path) -> None:
    rows = [relation(A, B, DIRECT, held("2015-06-01")), relation(A, C, ULTIMATE, held("2018-01-01", "2023-12-31"))]
    found = read(write(tmp_path, lei2=EVERYONE, rr=rows))
    assert ties(found) == {("owned_by", A, B, "2015-06-01", None), ("owned_by", B, C, "2018-01-01", "2023-12-31")}


def test_an_ultimate_parent_that_the_chain_contradicts_is_told(tmp_path: Path) -> None:
    rows = [relation(A, B), relation(A, C, ULTIMATE)]
    excused = [exempt(B, "DIRECT", "NATURAL_PERSONS"), exempt(B, "ULTIMATE", "NATURAL_PERSONS")]
    found = read(write(tmp_path, lei2=EVERYONE, rr=rows, repex=excused))
    assert ties(found) == {("owned_by", A, B, None, None)}
    assert findings(found)["other-ultimate"].record == "rr.csv:3"


def test_parents_in_a_circle_do_not_hang(tmp_path: Path) -> None:
    rows = [relation(A, B), relation(B, A), relation(A, C, ULTIMATE), relation(B, C, ULTIMATE)]
    found = read(write(tmp_path, lei2=EVERYONE, rr=rows))
    assert ties(found) == {("owned_by", A, B, None, None), ("owned_by", B, A, None, None)}
    assert "(2 times" in findings(found)["other-ultimate"].message


def test_relations_of_funds_are_counted_and_branches_are_parts(tmp_path: Path) -> None:
    funds = ("IS_FUND-MANAGED_BY", "IS_SUBFUND_OF", "IS_FEEDER_TO")
    rows = [*(relation(A, B, kind) for kind in funds), relation(C, D, BRANCH, held("2020-02-02"))]
    found = read(write(tmp_path, lei2=EVERYONE, rr=rows))
    assert ties(found) == {("part_of", C, D, "2020-02-02", None)}
    assert "(3 times, here first)" in findings(found)["fund-relation"].message


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"status": "NULL"}, "not-published"),
        ({"status": "INACTIVE"}, "ended-undated"),
        ({"registration": "RETIRED"}, "ended-undated"),
        ({"registration": "DUPLICATE"}, "not-published"),
        ({"registration": "ANNULLED"}, "not-published"),
        ({"node": "ISIN"}, "other-node"),
    ],
)
def test_what_does_not_stand_is_counted(tmp_path: Path, more: dict[str, str], code: str) -> None:
    found = read(write(tmp_path, lei2=EVERYONE, rr=[relation(A, B, DIRECT, held("2010-01-01"), **more)]))
    assert ties(found) == set()
    assert findings(found)[code].record == "rr.csv:2"


def test_what_has_ended_on_a_day_is_in_force_until_then(tmp_path: Path) -> None:
    rows = [relation(A, B, DIRECT, held("2010-01-01", "2020-12-31"), status="INACTIVE", registration="RETIRED")]
    assert ties(read(write(tmp_path, lei2=EVERYONE, rr=rows))) == {("owned_by", A, B, "2010-01-01", "2020-12-31")}


def test_a_lapsed_registration_of_what_is_active_stays_a_fact(tmp_path: Path) -> None:
    found = read(write(tmp_path, lei2=EVERYONE, rr=[relation(A, B, registration="LAPSED")]))
    assert ties(found) == {("owned_by", A, B, None, None)}
    assert "lapsed" in findings(found)


@pytest.mark.parametrize(
    ("percent", "unit", "share"),
    [
        ("100.00", "PERCENTAGE", 1.0),
        ("1.00", "PERCENTAGE", None),
        ("60", "PERCENTAGE", 0.6),
        ("30", "PERCENTAGE", None),
    ],
)
def test_a_percentage_is_a_share_only_if_it_shows_control(
    tmp_path: Path, percent: str, unit: str, share: float | None
) -> None:
    found = read(write(tmp_path, lei2=EVERYONE, rr=[relation(A, B, percent=percent, unit=unit)]))
    assert [tie.share for fact in found for tie in fact.ties] == [share]
    assert ("share" in findings(found)) == (share is None)


def test_a_period_that_ends_before_it_begins_is_told(tmp_path: Path) -> None:
    rows = [relation(A, B, DIRECT, held("2020-01-01", "2010-01-01"))]
    found = read(write(tmp_path, lei2=EVERYONE, rr=rows))
    assert (ties(found), findings(found)["bad-period"].record) == (set(), "rr.csv:2")


@pytest.mark.parametrize("reason", ["NATURAL_PERSONS", "NO_KNOWN_PERSON"])
def test_persons_are_no_parent(tmp_path: Path, reason: str) -> None:
    excused = [exempt(A, level, reason) for level in ("DIRECT", "ULTIMATE")]
    found = read(write(tmp_path, lei2=EVERYONE, rr=[relation(C, D)], repex=excused))
    assert ties(found) == {("owned_by", C, D, None, None)}
    assert "1 times" not in findings(found)["no-parent"].message


@pytest.mark.parametrize(
    "reasons",
    [
        *[("NON_CONSOLIDATING",), ("NO_LEI",), ("NON_PUBLIC",), ("BINDING_LEGAL_COMMITMENTS",), ("LEGAL_OBSTACLES",)],
        *[("CONSENT_NOT_OBTAINED",), ("DETRIMENT_NOT_EXCLUDED",), ("DISCLOSURE_DETRIMENTAL",), ("A_NEW_WORD",), ()],
        ("NATURAL_PERSONS", "NON_PUBLIC"),
    ],
)
def test_every_other_reason_is_a_parent_that_nobody_knows(tmp_path: Path, reasons: tuple[str, ...]) -> None:
    found = read(write(tmp_path, lei2=EVERYONE, rr=[relation(C, D)], repex=[exempt(A, "DIRECT", *reasons)]))
    assert ("owned_by", A, f"unknown:parent of {A} (GLEIF)", None, None) in ties(found)
    assert findings(found)["parent-unknown"].record == "repex.csv:2"


def test_a_relation_goes_before_the_exception_of_its_level(tmp_path: Path) -> None:
    excused = [exempt(A, "DIRECT", "NON_PUBLIC"), exempt(A, "ULTIMATE", "NO_LEI")]
    found = read(write(tmp_path, lei2=EVERYONE, rr=[relation(A, B)], repex=excused))
    assert ties(found) == {("owned_by", A, B, None, None)}


def test_after_the_last_parent_that_is_named_comes_one_that_is_not(tmp_path: Path) -> None:
    rows = [relation(A, B, DIRECT, held("2010-01-01", "2020-12-31"))]
    found = read(write(tmp_path, lei2=EVERYONE, rr=rows, repex=[exempt(A, "ULTIMATE", "NON_PUBLIC")]))
    assert ties(found) == {
        ("owned_by", A, B, "2010-01-01", "2020-12-31"),
        ("owned_by", A, f"unknown:parent of {A} (GLEIF)", "2021-01-01", None),
    }


@pytest.mark.parametrize("seed", range(60))
def test_on_no_day_a_child_has_two_parents_and_none_is_made_up(seed: int) -> None:
    random = Random(seed)
    leis = list("ABCDEF")
    relations = {}
    for child in leis:
        for kind in (DIRECT, ULTIMATE):
            if random.random() < 0.7:
                begin = random.randrange(2000, 2020)
                end = random.choice([None, f"{random.randrange(begin, 2025)}-12-31"])
                parent = random.choice([one for one in leis if one != child])
                span = Span(f"{begin}-01-01", end)
                relations[child, kind] = Relation(child, parent, kind, (span,), None, "", f"{child}/{kind}")
    found = steps(relations, random.sample(leis, 1), Tally(SORTS))
    stated = {one.parent for one in relations.values()}
    for day in (f"{year}-06-15" for year in range(1999, 2027)):
        above = [step for step in found if step.begin <= day <= step.end]
        assert len({step.child for step in above}) == len(above)
        assert {step.parent for step in above} <= stated
        for (child, kind), one in relations.items():
            (span,) = one.spans
            if kind == DIRECT and span.begin <= day <= (span.end or "9999"):  # type: ignore[operator]  # it has a begin
                assert [step.parent for step in above if step.child == child] == [one.parent]


def test_a_branch_counts_in_the_group_and_country_of_its_head_office(tmp_path: Path) -> None:
    rows = [entity(A, country="NL", category="BRANCH"), entity(B, country="DE"), entity(C, country="US")]
    folder = tmp_path / "tables"
    folder.mkdir()
    write(folder, lei2=rows, rr=[relation(A, B, BRANCH), relation(B, C)])
    (tmp_path / "needs.csv").write_text(f"dependent,provider\nTown,lei:{A}\n", encoding="utf-8")
    with closing(SqliteStore(":memory:")) as store:
        for source, path in ((register.SOURCE, tmp_path / "needs.csv"), (gleif.SOURCE, folder)):
            import_source(store, source, Given((path,)), today="2026-01-01")
        view = open_view(store)
        shares = {by: [row.id for row in measure_concentration(view, by=by).rows] for by in ("group", "country")}
    assert shares == {"group": [f"lei:{C}"], "country": ["place:US"]}
