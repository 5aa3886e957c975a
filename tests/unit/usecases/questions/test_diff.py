"""What changed between two moments, and what that did: a hand case, the mirror, and what makes no sense."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from depgraph.errors import EmptyStoreError, UsageError
from depgraph.graph.change import ChangeSort
from depgraph.graph.change_classes import ChangeClass
from depgraph.model import Facts, Import, Marking, Need, Node, Tie
from depgraph.ports import InputFile, Receipt
from depgraph.stores.sqlite import SqliteStore
from depgraph.usecases.questions.diff import Diff, diff
from depgraph.usecases.view import KEEPER, Lens

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def store() -> Iterator[SqliteStore]:
    """Return an empty store."""
    made = SqliteStore(":memory:")
    yield made
    made.close()


def _need(
    dependent: str, provider: str, at_least: str = "", valid: tuple[str | None, str | None] = (None, None)
) -> Need:
    return Need(dependent, provider, "uses", "hosting", at_least, "", None, None, *valid, 1.0, f"needs.csv:{provider}")


def _keep(
    store: SqliteStore, retrieved: str, *needs: Need, receipt: Receipt | None = None, source: str = "register"
) -> int:
    owners = tuple(
        Tie("owner", node, f"name:of {node.partition(':')[2]}", None, None, None, "nodes.csv:2")
        for node in sorted({need.dependent for need in needs})
    )
    facts = [Facts(needs=tuple(needs), ties=owners, nodes=(Node("name:x", {"country": "NL"}, "nodes.csv:3"),))]
    run = Import(source, "", retrieved, Marking(), 50, "CC0-1.0")
    return store.replace(run, facts, receipt=(lambda: receipt) if receipt else None).revision


def _asked(store: SqliteStore, before: str, after: str, **options: Any) -> Diff:
    return diff(((store, before), (store, after)), options.pop("lens", KEEPER), **options)


def _rows(answer: Diff) -> dict[tuple[str, str], tuple[Any, ...]]:
    return {
        (row.measure, row.id): (row.before_at_lower, row.before_at_upper, row.after_at_lower, row.after_at_upper)
        for row in answer.rows
    }


F, G, X, Y = "function:f", "function:g", "name:x", "name:y"


def test_a_second_supplier_that_was_declared_between_two_dates(store: SqliteStore) -> None:
    """F and g need x; then f takes y beside it, of which any is enough: x stops one function of two and not both."""
    _keep(store, "2025-01-01", _need(F, X), _need(G, X))
    _keep(store, "2026-01-01", _need(F, X, "any"), _need(F, Y, "any"), _need(G, X))
    answer = _asked(store, "2025-06-01", "2026-06-01")
    found = _rows(answer)
    assert found["functions", X] == (2, 2, 1, 1)
    assert found["score", X] == (1.0, 1.0, 0.5, 0.5)
    assert found["highest_score", ""] == (1.0, 1.0, 0.5, 0.5)
    assert found["share", Y] == (0, 0, 0.25, 0.25)
    assert not [row for row in answer.rows if row.measure == "single_points"], "as many as before"
    told = [(each.sort, each.dependent, each.provider) for each in answer.adds.changes]
    assert (ChangeSort.NEED, F, Y) in told
    assert (ChangeSort.REQUIREMENT, F, "") in told
    need = next(each for each in answer.adds.changes if each.provider == Y)
    assert (need.before, need.records_before, need.records_after) == (None, (), ("register:needs.csv:name:y",))
    assert (answer.adds.before.as_of, answer.adds.after.as_of) == ("2025-06-01", "2026-06-01")
    assert [each.revision for each in answer.adds.before.imports] == [1]


def test_nothing_differs_from_itself(store: SqliteStore) -> None:
    _keep(store, "2025-01-01", _need(F, X), _need(G, X))
    for moment in ("1", "2025-01-01", ""):
        answer = _asked(store, moment, moment)
        assert (answer.rows, answer.adds.changes, answer.adds.counted) == ((), (), ())


@pytest.mark.parametrize("by", ["party", "country"])
def test_the_way_back_is_the_mirror(store: SqliteStore, by: str) -> None:
    _keep(store, "2025-01-01", _need(F, X), _need(G, X))
    _keep(store, "2026-01-01", _need(F, X, "any"), _need(F, Y, "any"))
    _keep(store, "2026-02-01", _need(G, Y), source="dns")
    forth, back = _asked(store, "1", "3", by=by, limit=0), _asked(store, "3", "1", by=by, limit=0)
    assert _rows(forth) == {at: (*told[2:], *told[:2]) for at, told in _rows(back).items()}
    swapped = [
        (each.sort, each.why, each.dependent, each.provider, each.after, each.before) for each in back.adds.changes
    ]
    assert swapped == [
        (each.sort, each.why, each.dependent, each.provider, each.before, each.after) for each in forth.adds.changes
    ]


def test_a_need_that_ends_is_a_date_and_not_a_record(store: SqliteStore) -> None:
    _keep(store, "2025-01-01", _need(F, X, valid=(None, "2025-03-31")), _need(F, Y, valid=("2025-04-01", None)))
    answer = _asked(store, "2025-02-01", "2025-05-01")
    needs = [each for each in answer.adds.changes if each.sort is ChangeSort.NEED]
    assert [(each.provider, each.why) for each in needs] == [(X, ChangeClass.DATE), (Y, ChangeClass.DATE)]
    assert _asked(store, "1", "1", lens=Lens(as_of="2025-05-01")).rows == ()


def test_the_same_file_read_by_another_version(store: SqliteStore) -> None:
    one = Receipt((InputFile("needs.csv", 1, "aa"),), (("depgraph", "1"),), 1, 0)
    other = Receipt((InputFile("needs.csv", 1, "aa"),), (("depgraph", "2"),), 1, 0)
    _keep(store, "2025-01-01", _need(F, X), receipt=one)
    _keep(store, "2025-01-01", _need(F, X), _need(F, Y), receipt=other)
    answer = _asked(store, "1", "2")
    assert {each.why for each in answer.adds.counted} == {ChangeClass.READ}


def test_a_part_of_the_facts_is_shown_and_all_are_counted(store: SqliteStore) -> None:
    _keep(store, "2025-01-01", _need(F, X))
    _keep(store, "2026-01-01", *(_need(F, f"name:s{number}") for number in range(1_000)))
    answer = _asked(store, "1", "2", limit=3)
    assert len(answer.adds.changes) == 3
    needs = [each for each in answer.adds.counted if each.sort is ChangeSort.NEED]
    assert [(each.came, each.went) for each in needs] == [(1_000, 1)]
    assert "3 of 2,0" in answer.meta.partial
    assert len(answer.facts().rows) == 3


def test_two_stores(store: SqliteStore) -> None:
    other = SqliteStore(":memory:")
    _keep(store, "2025-01-01", _need(F, X))
    _keep(other, "2025-01-01", _need(F, Y))
    answer = diff(((store, ""), (other, "")), KEEPER, names=("one.store", "other.store"))
    needs = [each for each in answer.adds.changes if each.sort is ChangeSort.NEED]
    assert [(each.provider, each.before is None) for each in needs] == [(X, False), (Y, True)]
    assert {each.why for each in needs} == {ChangeClass.NOT_SEPARABLE}, "nobody kept from what either was made"
    assert answer.adds.before.moment == "one.store"
    other.close()


def test_a_sector_of_one_side_alone_is_an_answer(store: SqliteStore) -> None:
    """Where nobody is in the sector nothing fails and no index is known; in none of both it is an error."""
    _keep(store, "2025-01-01", _need(F, X))
    care = Facts(nodes=(Node("name:of f", {"sector": "care"}, "n:1"), Node(G, {"sector": "tax"}, "n:2")))
    store.replace(Import("sectors", "", "2026-01-01", Marking(), 50, ""), [care])
    came, went = (_asked(store, *moments, sector="care") for moments in (("1", "2"), ("2", "1")))
    for answer in (came, went):
        assert "at 1 nothing is in the sector 'care': nothing fails there, and nothing is a share" in answer.meta.notes
    ends = [
        {(row.measure, row.id): (row.before_at_upper, row.after_at_upper) for row in answer.rows}
        for answer in (came, went)
    ]
    assert [ends[0]["functions", X], ends[0]["hhi", ""]] == [(0, 1), (None, 10_000)]
    assert {asked: (after, before) for asked, (before, after) in ends[0].items()} == ends[1]
    (row,) = [row for row in came.rows if (row.measure, row.id) == ("functions", X)]
    assert row.because == (
        "The units, the scope or the weights are other ones after: that alone makes it 1, not 0."
        " 1 function or requirement is in scope, not 0."
        " Sector of 'name:of f' (not known, then care) changed: necessary and sufficient."
    )
    with pytest.raises(UsageError, match="at neither moment: nothing is in the sector 'health': use one of care"):
        _asked(store, "1", "2", sector="health")


def test_cut_sets_are_of_one_function_however_it_is_spelled(store: SqliteStore) -> None:
    """By hand: x alone stops f; then both x and y have to fail, and f is written otherwise."""
    _keep(store, "2025-01-01", _need("function:Pay  Benefits", X))
    _keep(store, "2026-01-01", _need("function:pay benefits", X, "any"), _need("function:pay benefits", Y, "any"))
    found = _rows(_asked(store, "1", "2"))
    assert {asked: ends for asked, ends in found.items() if asked[0].startswith("cut_sets")} == {
        ("cut_sets_of_1", "function:pay benefits"): (1, 1, 0, 0),
        ("cut_sets_of_2", "function:pay benefits"): (0, 0, 1, 1),
    }


def test_what_makes_no_sense_is_an_error(store: SqliteStore) -> None:
    with pytest.raises(EmptyStoreError):
        _asked(store, "", "")
    _keep(store, "2025-01-01", _need(F, X))
    for moments, lens, told in (
        (("2024-01-01", "1"), KEEPER, "holds nothing of 2024-01-01 or before"),
        (("1", "9"), KEEPER, "no revision 9"),
        (("2025-02-01", "1"), Lens(as_of="2025-01-01"), "leave --as-of out"),
        (("1", "1"), Lens(revision=1), "leave --revision out"),
    ):
        with pytest.raises(UsageError, match=told):
            _asked(store, *moments, lens=lens)
