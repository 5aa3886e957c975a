"""Figures over time, rules about them, and what made each step."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from depgraph.errors import EmptyStoreError, InputError, MissingPathError, UnknownIdError, UsageError
from depgraph.graph.change_classes import ChangeClass
from depgraph.model import Facts, Import, Marking, Need, Tie, TieKind
from depgraph.reports.line import drawn
from depgraph.stores.sqlite import SqliteStore
from depgraph.usecases.questions.figures import figure
from depgraph.usecases.questions.moments import at_moment
from depgraph.usecases.questions.rules import read_rules
from depgraph.usecases.questions.trend import trend
from depgraph.usecases.questions.watch import watch
from depgraph.usecases.view import Lens

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from depgraph.usecases.questions.watch import Watch

X = "name:x"


def _keep(store: SqliteStore, retrieved: str, *written: str, source: str = "register") -> int:
    """Import functions with their needs: ``f>x`` one of its own, ``f>x?`` in the requirement r of which nobody says."""
    needs, ties = [], []
    for number, word in enumerate(written):
        dependent, provider = word.split(">")
        name = "r" if provider.endswith("?") else ""
        relation = "subcontracts" if dependent.startswith("s:") else "uses"
        scheme = "service" if dependent.startswith("s:") else "function"
        needs.append(
            Need(
                f"{scheme}:{dependent.removeprefix('s:')}",
                f"name:{provider.rstrip('?')}",
                relation,
                name,
                "unknown" if name else "",
                *("", None, None, None, None, 1.0, f"r:{number}"),
            )
        )
        if scheme == "function":
            ties.append(
                Tie(TieKind.OWNER, f"function:{dependent}", f"name:o{dependent}", None, None, None, f"r:{number}")
            )
    run = Import(source, "", retrieved, Marking(), 50, "CC0-1.0")
    return store.replace(run, [Facts(needs=tuple(needs), ties=tuple(ties))]).revision


@pytest.fixture
def store() -> Iterator[SqliteStore]:
    """Return a store of three dates: x stops f1; then f1 and f2; then f1 for certain, and f2 at most."""
    made = SqliteStore(":memory:")
    _keep(made, "2025-01-01", "f1>x", "f2>y")
    _keep(made, "2025-06-01", "f1>x", "f2>x")
    _keep(made, "2026-01-01", "f1>x", "f2>x?", "f2>y?")
    yield made
    made.close()


@pytest.mark.parametrize("over", ["dates", "revisions"])
def test_a_trend_has_each_moment_and_what_made_each_step(store: SqliteStore, over: str) -> None:
    answer = trend(store, "functions", "x", over="dates" if over == "dates" else "revisions")
    assert [row.moment for row in answer.rows] == (
        ["1", "2", "3"] if over == "revisions" else ["2025-01-01", "2025-06-01", "2026-01-01"]
    )
    assert [(row.after_at_lower, row.after_at_upper) for row in answer.rows] == [(1, 1), (2, 2), (1, 2)]
    assert [(row.id, row.name) for row in answer.rows] == [(X, "x")] * 3
    assert [row.before_at_lower for row in answer.rows] == [None, 1, 2]
    first, second, _ = answer.rows
    assert (first.because, first.causes) == ("", ())
    # f2 has one requirement without a name, of which nobody says how many of two providers it needs: so that x came is
    # sufficient at the upper end alone, that y went is necessary at the lower one, and both are sufficient together.
    assert second.because == (
        "'function:f2' uses 'name:x' came: necessary at both ends and sufficient at the upper end. So are 2 more."
    )
    told = [([fact.change for fact in cause.facts], cause.necessary, cause.sufficient) for cause in second.causes]
    assert told == [(["came"], "both", "upper"), (["went"], "lower", ""), (["came", "went"], "both", "both")]
    assert (second.causes[0].without_at_lower, second.causes[0].alone_at_upper) == (1, 2)
    assert second.causes[0].facts[0].records_after == ("register:r:1",)
    assert second.remaining_at_upper == 0


def test_an_open_requirement_is_asked_about_once(store: SqliteStore) -> None:
    """Of y the upper end alone rose: whoever owns f2 can say how many of the two must work."""
    (last,) = trend(store, "functions", "y", begin="2025-06-01").rows[1:]
    assert (last.after_at_lower, last.after_at_upper) == (0, 1)
    assert last.ask == (
        "the upper end alone rose, what is certain did not: ask of2 how many of the 2 providers of requirement 'r' of"
        " 'function:f2' must work"
    )


def test_indices_and_shares_have_their_largest_effects(store: SqliteStore) -> None:
    """By hand: x has 1/2, then all, then 3/4: the index is 5,000, 10,000 and 6,250."""
    answer = trend(store, "hhi")
    assert [row.after_at_lower for row in answer.rows] == [5_000, 10_000, 6_250]
    assert {fact.fact for cause in answer.rows[1].causes for fact in cause.facts} == {
        "'function:f2' uses 'name:x'",
        "'function:f2' uses 'name:y'",
    }
    assert [row.after_at_upper for row in trend(store, "share", "x").rows] == [0.5, 1.0, 0.75]


def test_classes_of_causes(store: SqliteStore) -> None:
    """A second source is something learned; no receipt says which files these were."""
    _keep(store, "2026-02-01", "f3>x", source="other")
    (row,) = trend(store, "functions", "x", begin="2026-01-01").rows[1:]
    assert [fact.why for cause in row.causes if cause.necessary for fact in cause.facts] == [ChangeClass.LEARNED]


def test_a_unit_that_is_not_there_always(store: SqliteStore) -> None:
    _keep(store, "2026-03-01", "f1>z")
    answer = trend(store, "functions", "z")
    assert [(row.there, row.after_at_upper) for row in answer.rows] == [(False, 0)] * 3 + [(True, 1)]
    assert "the unit is not in the graph of 2025-01-01, 2025-06-01, 2026-01-01" in answer.meta.notes[1]
    assert answer.rows[-1].causes[0].necessary == "both"
    gone = trend(store, "functions", "y")
    assert (gone.rows[-1].there, gone.rows[-1].id, gone.rows[-1].after_at_upper) == (False, "name:y", 0)


def test_what_cannot_be_asked(store: SqliteStore) -> None:
    with pytest.raises(UsageError, match=r"no measure is called 'scor': did you mean 'score'\?"):
        trend(store, "scor", "x")
    with pytest.raises(UsageError, match="'score' is of a unit"):
        trend(store, "score")
    with pytest.raises(UsageError, match="'hhi' is of the whole market"):
        trend(store, "hhi", "x")
    with pytest.raises(UnknownIdError, match="no party has the id 'q' on any of these dates"):
        trend(store, "score", "q")
    with pytest.raises(UsageError, match=r"has no dates from '2027-01-01' to '': it has 2025-01-01 to 2026-01-01"):
        trend(store, "hhi", begin="2027-01-01")
    with pytest.raises(UsageError, match="'soon' is no revision"):
        trend(store, "hhi", over="revisions", end="soon")
    with pytest.raises(UsageError, match="leave --as-of out"):
        trend(store, "hhi", lens=Lens(as_of="2025-01-01"))
    empty = SqliteStore(":memory:")
    with pytest.raises((UsageError, EmptyStoreError), match="empty"):
        trend(empty, "hhi")
    empty.close()


def test_nothing_is_in_a_market_without_needs() -> None:
    """No index has a value there; a score of no weight is 0, since nothing is in scope."""
    store = SqliteStore(":memory:")
    _keep(store, "2025-01-01", "s:mail>x")
    view = at_moment(store)
    assert figure(view, "hhi", "", by="party").ends == (None, None)
    assert figure(view, "score", "x", by="party").ends == (0, 0)
    assert "not known" in drawn(trend(store, "hhi"))
    store.close()


def test_the_drawing_says_all_of_it_without_colour(store: SqliteStore) -> None:
    answer = trend(store, "functions", "x")
    text = drawn(answer)
    assert text == drawn(answer)
    assert '<title id="trend-title">functions of x</title>' in text
    assert "2025-01-01: 1. 2025-06-01: 2. &#x27;function:f2&#x27; uses" in text
    assert "2026-01-01: 1 to 2." in text
    assert text.count("stroke-dasharray") == 1
    assert ">1  2025-06-01: &#x27;function:f2&#x27;" in text
    # Values from 0 to 2 on 230 units of paper: 1 is half way up. 151 of 365 days on 810 units: 335.1.
    line = '<polyline points="90.0,175.0 425.1,60.0 900.0,175.0" fill="none" stroke="#22303c" stroke-width="2"/>'
    assert line in text


def _watch(store: SqliteStore, tmp_path: Path, written: str, **more: str) -> Watch:
    (tmp_path / "rules.toml").write_text(written, encoding="utf-8")
    return watch(store, read_rules(tmp_path / "rules.toml"), today=more.pop("today", "2026-01-31"), **more)


def test_rules_are_met_or_not(store: SqliteStore, tmp_path: Path) -> None:
    rules = """
        [[rules]]
        kind = "index-above"
        above = 6000
        [[rules]]
        kind = "index-above"
        above = 7000
        [[rules]]
        kind = "risen"
        name = "y, at most"
        id = "y"
        measure = "functions"
        [[rules]]
        kind = "risen"
        id = "y"
        measure = "functions"
        end = "certain"
        [[rules]]
        kind = "new-single-point"
        [[rules]]
        kind = "source-older"
        days = 29
        [[rules]]
        kind = "source-older"
        days = 30
        [[rules]]
        kind = "subcontractor-changed"
    """
    answer = _watch(store, tmp_path, rules)
    assert answer.adds.since == "2"
    assert [(row.rule, row.met) for row in answer.rows] == [
        ("rules[0]", True),
        ("rules[1]", False),
        ("y, at most", True),
        ("rules[3]", False),
        ("rules[4]", True),
        ("rules[5]", True),
        ("rules[6]", False),
        ("rules[7]", False),
    ]
    assert (answer.adds.met, answer.adds.rules) == (4, 8)
    assert [row.said for row in answer.rows if row.met] == [
        "hhi of the market is 6250, above 6000",
        "possible functions of y rose by 1, more than 0",
        "y is a new single point: it may stop 1 organisation",
        "register is of 2026-01-01: 30 days old, more than 29",
    ]
    assert answer.rows[2].because
    assert answer.rows[2].ask
    assert answer == _watch(store, tmp_path, rules)


def test_two_rules_of_one_name_are_two(store: SqliteStore, tmp_path: Path) -> None:
    rule = '[[rules]]\nkind = "index-above"\nname = "market"\nabove = 0\n'
    answer = _watch(store, tmp_path, rule + rule)
    assert (answer.adds.met, answer.adds.rules, len(answer.rows)) == (2, 2, 2)


def test_since_is_a_date_or_a_revision_of_the_command_or_the_file(store: SqliteStore, tmp_path: Path) -> None:
    rule = '[[rules]]\nkind = "risen"\nid = "x"\nmeasure = "functions"\n'
    assert _watch(store, tmp_path, rule).adds.met == 0
    assert _watch(store, tmp_path, rule, since="1").adds.met == 1
    assert _watch(store, tmp_path, f'since = "2025-02-01"\n{rule}').adds.met == 1
    assert _watch(store, tmp_path, f"since = 2025-02-01\n{rule}").adds.since == "2025-02-01"
    with pytest.raises(UsageError, match="holds nothing of 2020-01-01 or before"):
        _watch(store, tmp_path, rule, since="2020-01-01")
    with pytest.raises(UsageError, match="no revision 9"):
        _watch(store, tmp_path, rule, since="9")


def test_nothing_is_before_the_first_import(tmp_path: Path) -> None:
    store = SqliteStore(":memory:")
    _keep(store, "2025-01-01", "f1>x")
    answer = _watch(
        store, tmp_path, '[[rules]]\nkind = "new-single-point"\n[[rules]]\nkind = "index-above"\nabove = 1\n'
    )
    assert [row.met for row in answer.rows] == [False, True]
    assert "compare with nothing" in answer.meta.notes[-1]
    store.close()


def test_subcontractors_come_and_go(tmp_path: Path) -> None:
    store = SqliteStore(":memory:")
    _keep(store, "2025-01-01", "s:mail>x", "s:web>x")
    _keep(store, "2025-02-01", "s:mail>z", "s:web>q")
    answer = _watch(store, tmp_path, '[[rules]]\nkind = "subcontractor-changed"\nsupplier = "service:mail"\n')
    assert [row.said for row in answer.rows] == [
        "subcontractor 'name:x' of 'service:mail' went (register:r:0)",
        "subcontractor 'name:z' of 'service:mail' came (register:r:0)",
    ]
    assert len(_watch(store, tmp_path, '[[rules]]\nkind = "subcontractor-changed"\n').rows) == 4
    with pytest.raises(UnknownIdError, match=r"rules.toml: rules\[0\].supplier: no node has the id 'nobody'"):
        _watch(store, tmp_path, '[[rules]]\nkind = "subcontractor-changed"\nsupplier = "nobody"\n')
    store.close()


@pytest.mark.parametrize(
    ("written", "message"),
    [
        (
            '[[rules]]\nkind = "risen"\nid = "x"\nmeasure = "scores"',
            r"rules\[0\].measure: 'scores' is not known: use one of score,",
        ),
        ('[[rules]]\nkind = "rises"', r"rules\[0\].kind: 'rises' is not known: use one of index-above,"),
        ("[[rules]]\nabove = 1", r"rules\[0\].kind: is not said"),
        ('[[rules]]\nkind = "index-above"\nabov = 1', r"rules\[0\].abov: the key is not known: use one of"),
        ('[[rules]]\nkind = "index-above"', r"rules\[0\].above: is not said: give a number"),
        ('[[rules]]\nkind = "index-above"\nabove = -1', r"rules\[0\].above: -1 is out of range"),
        ('[[rules]]\nkind = "index-above"\nabove = "x"', r"rules\[0\].above: 'x' is not a number"),
        ('[[rules]]\nkind = "index-above"\nabove = 1\nmarket = "mail"', r"rules\[0\].market: say what divides needs"),
        (
            '[[rules]]\nkind = "index-above"\nabove = 1\nunit = "service"',
            r"rules\[0\].unit: a service is what is needed",
        ),
        ('[[rules]]\nkind = "risen"', r"rules\[0\].id: of which supplier is not said"),
        ("rules = 1", r"rules: a list of tables is wanted"),
        ("rules = [1]", r"rules\[0\]: a table is wanted"),
        ("since = true", r"since: a date, a revision or a report is wanted"),
        ("", r"there is no rule: add \[\[rules\]\]"),
        ("[[rules]", r"is not TOML"),
    ],
)
def test_a_rule_file_with_a_fault_names_file_key_and_cure(tmp_path: Path, written: str, message: str) -> None:
    path = tmp_path / "rules.toml"
    path.write_text(written, encoding="utf-8")
    with pytest.raises(InputError, match=f"rules.toml: {message}"):
        read_rules(path)


def test_rules_about_what_is_not_there(store: SqliteStore, tmp_path: Path) -> None:
    with pytest.raises(MissingPathError):
        read_rules(tmp_path / "none.toml")
    with pytest.raises(UnknownIdError, match=r"rules\[0\].id: no party has the id 'q'"):
        _watch(store, tmp_path, '[[rules]]\nkind = "risen"\nid = "q"')
    with pytest.raises(UsageError, match=r"rules\[0\].source: the store holds no source 'dns': use one of register"):
        _watch(store, tmp_path, '[[rules]]\nkind = "source-older"\nsource = "dns"\ndays = 1')
    with pytest.raises(UsageError, match=r"rules\[0\].market: no market is called 'mail': use one of unknown"):
        _watch(store, tmp_path, '[[rules]]\nkind = "index-above"\nabove = 1\nmarket = "mail"\nmarkets = "service-type"')
