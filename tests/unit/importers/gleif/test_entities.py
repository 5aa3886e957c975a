"""Entities: names but of persons, successors and duplicates as aliases, and which of them are kept."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from gleif_tables import A, B, C, D, E, entity, findings, lei, nodes, read, relation, ties, write

from depgraph.errors import UsageError
from depgraph.ports import Given, Known
from importers.gleif import SOURCE

if TYPE_CHECKING:
    from pathlib import Path


def test_the_name_of_a_sole_proprietor_is_nowhere(tmp_path: Path) -> None:
    rows = [entity(A, "Jane Doe", category="SOLE_PROPRIETOR", other="Jane the Plumber", successor=B, status="INACTIVE")]
    found = read(write(tmp_path, lei2=[*rows, entity(B, "Plumbing")]))
    assert "Jane" not in repr(found)
    assert nodes(found) == {B: {"name": "Plumbing", "country": "NL", "identifiers": (f"lei:{A}",)}}


def test_a_jurisdiction_goes_before_the_address(tmp_path: Path) -> None:
    rows = [entity(A, country="NL", jurisdiction="US-DE"), entity(B, country="KY"), entity(C, country="NULL")]
    found = nodes(read(write(tmp_path, lei2=rows)))
    assert [found[code].get("country") for code in (A, B, C)] == ["US", "KY", None]


@pytest.mark.parametrize(
    ("authority", "number", "others"),
    [
        ("RA000463", "12345678", ("kvk:12345678",)),
        ("RA000025", "0203.430.576", ("kbo:0203430576",)),
        ("RA000432", "B 12345", ("rcs:B12345",)),
        ("RA000463", "not in the register", None),
        ("RA999999", "12345678", None),
    ],
)
def test_a_national_number_is_another_id(
    tmp_path: Path, authority: str, number: str, others: tuple[str, ...] | None
) -> None:
    found = nodes(read(write(tmp_path, lei2=[entity(A, authority=authority, number=number)])))
    assert found[A].get("identifiers") == others


def test_a_number_that_is_not_its_own_joins_nobody(tmp_path: Path) -> None:
    of_both = {"authority": "RA000463", "number": "12345678"}
    branch = entity(C, category="BRANCH", authority="RA000463", number="87654321")
    found = read(write(tmp_path, lei2=[entity(A, **of_both), entity(B, **of_both), branch]))
    assert [found.get("identifiers") for found in nodes(found).values()] == [None, None, None]
    assert "(2 times" in findings(found)["shared-number"].message


def test_successors_and_duplicates_are_aliases_along_their_chain(tmp_path: Path) -> None:
    rows = [
        entity(A, "Example Old", status="INACTIVE", registration="RETIRED", successor=B),
        entity(B, "Example Older", registration="DUPLICATE", successor=C),
        entity(C, "Example Now"),
    ]
    found = read(write(tmp_path, lei2=rows, rr=[relation(A, D), relation(E, A)]))
    identifiers = (f"lei:{A}", f"lei:{B}", "name:Example Old", "name:Example Older")
    assert nodes(found) == {C: {"name": "Example Now", "country": "NL", "identifiers": identifiers}}
    assert ties(found) == {("owned_by", E, C, None, None)}
    assert findings(found)["ties-of-aliases"].record == "rr.csv:2"


def test_an_entity_that_is_active_is_not_its_successor(tmp_path: Path) -> None:
    assert set(nodes(read(write(tmp_path, lei2=[entity(A, successor=B), entity(B)])))) == {A, B}


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"successor": B, "successor2": C, "status": "INACTIVE"}, "successor-of-several"),
        ({"registration": "DUPLICATE"}, "successor-missing"),
        ({"successor": D, "status": "INACTIVE"}, "successor-circle"),
        ({"registration": "ANNULLED"}, "annulled"),
    ],
)
def test_who_an_entity_is_now_may_not_be_known(tmp_path: Path, row: dict[str, str], code: str) -> None:
    rows = [entity(A, **row), entity(B), entity(C), entity(D, status="INACTIVE", successor=A)]
    found = read(write(tmp_path, lei2=rows if code == "successor-circle" else rows[:3]))
    assert A in nodes(found)
    assert findings(found)[code].record == "lei2.csv:2"


def test_an_lei_with_wrong_check_digits_is_left_out_and_told(tmp_path: Path) -> None:
    found = read(write(tmp_path, lei2=[entity(A), entity(f"{A[:-2]}00")], rr=[relation(A, f"{B[:-2]}00")]))
    assert (set(nodes(found)), ties(found)) == ({A}, set())
    assert "(2 times" in findings(found)["bad-lei"].message


def test_those_are_kept_that_the_store_knows_with_all_above_them(tmp_path: Path) -> None:
    chain = [lei(f"EXAMPLECHAIN{at}") for at in range(4)]
    rows = [entity(code) for code in (*chain, D, E)]
    relations = [relation(child, parent) for child, parent in zip(chain[::-1][1:], chain[::-1], strict=False)]
    found = read(write(tmp_path, lei2=rows, rr=[*relations, relation(D, E)]), f"lei:{chain[1]}")
    assert set(nodes(found)) == set(chain[1:])
    assert {(child, parent) for _, child, parent, *_ in ties(found)} == set(pairwise(chain[1:]))


@pytest.mark.parametrize("order", [1, -1])
def test_a_successor_is_kept_with_its_parents_wherever_it_stands(tmp_path: Path, order: int) -> None:
    old = entity(A, status="INACTIVE", registration="RETIRED", successor=B)
    rows = [old, entity(B), entity(C), entity(D)][::order]
    found = read(write(tmp_path, lei2=rows, rr=[relation(B, C), relation(D, C)]), f"lei:{A}")
    assert (set(nodes(found)), ties(found)) == ({B, C}, {("owned_by", B, C, None, None)})


def test_a_number_that_the_store_knows_is_an_entity_that_it_knows(tmp_path: Path) -> None:
    rows = [entity(A, authority="RA000463", number="12345678"), entity(B), entity(C)]
    found = read(write(tmp_path, lei2=rows, rr=[relation(A, B)]), "kvk:12345678")
    assert set(nodes(found)) == {A, B}


def test_a_store_that_knows_nothing_is_told_what_to_do(tmp_path: Path) -> None:
    write(tmp_path, lei2=[entity(A)])
    with pytest.raises(UsageError, match="--all"):
        list(SOURCE.read(Given((tmp_path,), known=Known(frozenset({"name:Example"})))))


def test_leis_that_are_not_in_the_files_are_named(tmp_path: Path) -> None:
    found = read(write(tmp_path, lei2=[entity(A)]), f"lei:{A}", f"lei:{B}")
    assert B in findings(found)["lei-not-found"].message
    assert {"table-missing"} <= set(findings(found))


def test_what_is_passed_over_is_counted(tmp_path: Path) -> None:
    told: list[int] = []
    write(tmp_path, lei2=[entity(lei(f"EXAMPLE{at:03}")) for at in range(2_500)], rr=[relation(A, B)])
    known = Known(frozenset({f"lei:{lei('EXAMPLE007')}"}))
    list(SOURCE.read(Given((tmp_path,), known=known, passed=told.append)))
    assert (sum(told), max(told)) == (2_500, 1_000)


def test_the_bar_of_an_import_goes_on_through_every_reading(tmp_path: Path) -> None:
    folder = tmp_path / "tables"
    folder.mkdir()
    many = [lei(f"EXAMPLE{at:03}") for at in range(200)]
    rows = [entity(B), entity(C), *map(entity, many), entity(A, status="INACTIVE", successor=B)]
    write(folder, lei2=rows, rr=[relation(B, C), *(relation(one, many[0]) for one in many[1:])])
    for known in (Known(frozenset({f"lei:{A}"})), None):
        told: list[float] = []
        list(SOURCE.read(Given((folder,), known=known, reached=told.append)))
        assert told == sorted(told)
        assert told[-1] == 1.0
        assert len(set(told)) > 2
