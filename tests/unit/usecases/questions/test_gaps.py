"""The agenda: its order, whom to ask, and the questionnaire, which comes back as a register."""

from __future__ import annotations

import csv
from dataclasses import asdict
from typing import TYPE_CHECKING

import pytest

from depgraph.errors import UsageError
from depgraph.graph import Graph
from depgraph.ports import Given
from depgraph.stores.sqlite import SqliteStore
from depgraph.testing import graph
from depgraph.usecases.keeping.importing import import_source
from depgraph.usecases.questions.gaps import Gap, Question, rank_gaps
from depgraph.usecases.view import KEEPER, View, open_view
from importers.register import SOURCE

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


def view(small: Graph) -> View:
    return View(small, KEEPER, 1, (), ())


def test_order_is_width_then_dependent_requirement_and_question() -> None:
    small = graph(
        "f1@a f2@b f3@b f1>?(x,y) f2>?(x,y) f3>2(x,unknown:q)",
        {"a": {"people": 30, "hub": "north"}, "b": {"people": 10}, "f2": {"hub": "south"}},
    )
    answer = rank_gaps(view(small))
    assert [(row.dependent, row.question, row.width, row.hub, row.owner) for row in answer.rows] == [
        ("function:f1", "at_least", 1.2, "north", "name:a"),
        ("function:f2", "at_least", 0.4, "south", "name:b"),
        ("function:f3", "provider", 0.2, "", "name:b"),
    ]
    assert [(row.ask, row.ask_name) for row in answer.rows] == [("name:a", "a"), ("name:b", "b"), ("name:b", "b")]
    assert answer.rows[0].providers == ("name:x", "name:y")
    assert (answer.rows[0].k_lower, answer.rows[0].k_upper) == (1, 2)
    assert answer.rows[0].settles == "name:x"
    assert rank_gaps(view(small), limit=2).meta.partial == "2 of 3 questions"
    assert rank_gaps(view(small), limit=2).rows == answer.rows[:2]


def test_about_a_service_who_provides_it_is_asked() -> None:
    """Of several that do, the first; one whom nobody knows can be asked nothing, and a product is no service."""
    small = graph("f1@a f1>s1 f1>s2 f1>s3 s1>y s1>b s1>?(p1,p2) s2>unknown:q s2>?(p1,p2) s3>unknown:q s3>c s3>?(p1,p2)")
    told = {row.dependent: row.ask for row in rank_gaps(view(small), by="product", limit=0).rows}
    assert told == {"service:s1": "name:b", "service:s2": "service:s2", "service:s3": "name:c"}
    assert {row.ask for row in rank_gaps(view(small), by="product").questionnaire} == {*told.values()}


def test_a_requirement_of_two_questions_is_in_the_questionnaire_once() -> None:
    answer = rank_gaps(view(graph("f1@a f1>?(x,unknown:q)")))
    assert sorted(row.question for row in answer.rows) == ["at_least", "provider"]
    assert [row.provider for row in answer.questionnaire] == ["name:x", "unknown:q"]


def test_nobody_in_the_sector_is_an_error_of_usage() -> None:
    with pytest.raises(UsageError, match="moon"):
        rank_gaps(view(graph("a>?(x,y)")), sector="moon")


NEEDS = """dependent,provider,relation,service_type,requirement,at_least,share,confidence
function:Ede/pay,Cloud,,hosting,hosting,,0.5,0.8
function:Ede/pay,service:Backup,,hosting,hosting,,0.5,
function:Ede/mail,Cloud,,mail,,maybe,,
service:Backup,unknown:,,,data centre,unknown,,
service:Backup,Colo,,,data centre,unknown,,
Delft,Cloud,,hosting,,any,,
"""


def write(path: Path, rows: Iterable[Question]) -> None:
    listed = [asdict(row) for row in rows]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(listed[0]))
        writer.writeheader()
        writer.writerows(listed)


@pytest.fixture
def store(tmp_path: Path) -> SqliteStore:
    folder = tmp_path / "register"
    folder.mkdir()
    (folder / "needs.csv").write_text(NEEDS)
    made = SqliteStore(tmp_path / "store")
    import_source(made, SOURCE, Given((folder,)), today="2026-01-01")
    return made


def answered(store: SqliteStore, folder: Path, at_least: str) -> tuple[View, View]:
    """Return the view before and after every question is answered in the questionnaire and read back."""
    before = open_view(store)
    questions = rank_gaps(before, limit=0).questionnaire
    told = folder / "needs.csv"
    write(told, [Question(**asdict(row) | {"at_least": at_least}) for row in questions])
    import_source(store, SOURCE, Given((told,)), part="answers", today="2026-01-02")
    return before, open_view(store)


@pytest.mark.parametrize("at_least", ["all", "any", "1"])
def test_the_questionnaire_comes_back_as_the_answer(store: SqliteStore, tmp_path: Path, at_least: str) -> None:
    before, after = answered(store, tmp_path, at_least)
    assert {row.requirement for row in rank_gaps(before).rows} == {"hosting", "mail", "data centre"}
    requirements = after.graph.requirements
    assert (requirements.k_lower == requirements.k_upper).all()
    assert after.findings == ()
    assert [row.question for row in rank_gaps(after).rows] == ["provider"]
    # What was known stays as it was.
    was, is_ = before.graph.needs, after.graph.needs
    for column in ("dependent", "provider", "relation", "requirement", "service_type", "confidence"):
        assert getattr(was, column).tolist() == getattr(is_, column).tolist()
    assert [f"{share}" for share in was.share.tolist()] == [f"{share}" for share in is_.share.tolist()]


def test_an_empty_questionnaire_changes_nothing(store: SqliteStore, tmp_path: Path) -> None:
    before, after = answered(store, tmp_path, "")
    assert after.graph.requirements.k_upper.tolist() == before.graph.requirements.k_upper.tolist()
    assert rank_gaps(after).rows == rank_gaps(before).rows


def test_every_field_of_a_row_says_what_it_is() -> None:
    from depgraph.usecases.answer import captions

    assert all(captions(Gap).values())
    assert all(captions(Question).values())


def test_an_interrupt_leaves_exact_sums_over_the_units_done() -> None:
    many = graph(" ".join(f"f{at}>?(v{at},w{at})" for at in range(1_500)))

    def interrupt(done: int, asked: int) -> None:
        assert 0 < done <= asked == 3_000
        raise KeyboardInterrupt

    answer = rank_gaps(view(many), limit=0, progress=interrupt)
    everything = {row.dependent: row.width for row in rank_gaps(view(many), limit=0).rows}
    assert answer.interrupted
    assert answer.meta.partial.startswith("interrupted: widths are exact sums over ")
    assert answer.meta.partial.endswith(" of 3000 units, all may grow")
    assert all(row.width <= everything[row.dependent] for row in answer.rows)
    assert 0 < sum(row.width for row in answer.rows) < sum(everything.values())


def test_nothing_found_says_why() -> None:
    answer = rank_gaps(view(graph("f1@a f1>x|y")), by="country")
    assert answer.rows == ()
    assert answer.meta.notes[0].startswith("nothing to ask: ")
    # Widths of 0 have the same reason: no score is there to be narrowed.
    asked = rank_gaps(view(graph("f1@a f1>?(x,y)")), by="country")
    assert [row.width for row in asked.rows] == [0]
    assert asked.meta.notes[0] == "there is no country here that could fail"
