"""A store as somebody sees it is a store into which what he may not see was never brought."""

from __future__ import annotations

from contextlib import closing, contextmanager
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from depgraph.errors import AccessError, UsageError
from depgraph.graph import Role, Viewer, audience_of, closest, may_see
from depgraph.model import LABELS, Facts, Import, Label, Marking, Need, Node
from depgraph.stores.sqlite import SqliteStore
from depgraph.usecases.visible import VisibleStore, visible_to

if TYPE_CHECKING:
    from collections.abc import Iterator

    from depgraph.ports import Store

CARE = Marking(Label.AMBER, hubs=("care",))
MARKINGS = {
    "clear": Marking(),
    "green": Marking(Label.GREEN),
    "care": CARE,
    "care, and Ede": Marking(Label.AMBER, ("care",), ("Ede",)),
    "Ede, strictly": Marking(Label.AMBER_STRICT, ("care",), ("Ede",)),
    "nobody": Marking(Label.AMBER),
    "Ann": Marking(Label.RED, recipients=("Ann",)),
    "red, nobody": Marking(Label.RED),
}
VIEWERS = {
    "operator": Viewer(role=Role.OPERATOR, ceiling=Label.AMBER_STRICT),
    "auditor of care": Viewer(role=Role.AUDITOR, hubs=("care",), ceiling=Label.AMBER),
    "auditor": Viewer(role=Role.AUDITOR),
    "care": Viewer(role=Role.HUB, hubs=("care",)),
    "water": Viewer(role=Role.HUB, hubs=("water",)),
    "Ede": Viewer(role=Role.ORGANISATION, organisation="Ede", hubs=("water",)),
    "Ann of Epe": Viewer("Ann", role=Role.ORGANISATION, organisation="Epe", hubs=("care",)),
    "procurement": Viewer(role=Role.PROCUREMENT),
    "clear only": Viewer(role=Role.HUB, hubs=("care",), ceiling=Label.CLEAR),
}
SEES = {
    "operator": ("clear", "green", "care", "care, and Ede", "Ede, strictly", "nobody"),
    "auditor of care": ("clear", "green", "care", "care, and Ede", "nobody"),
    "auditor": ("clear", "green", "nobody", "red, nobody"),
    "care": ("clear", "green", "care", "care, and Ede"),
    "water": ("clear", "green"),
    "Ede": ("clear", "green", "care, and Ede", "Ede, strictly"),
    "Ann of Epe": ("clear", "green", "care", "care, and Ede", "Ann"),
    "procurement": ("clear", "green"),
    "clear only": ("clear",),
}
"""By hand, from the table of roles."""


class Step(NamedTuple):
    """What was done: an import of a part, one that is kept as history, or a part that is taken out."""

    what: str
    part: str
    marking: str


STEPS = st.lists(
    st.builds(
        Step,
        st.sampled_from(("import", "import", "keep", "forget")),
        st.sampled_from("ab"),
        st.sampled_from([*MARKINGS]),
    ),
    max_size=9,
)


def in_force(store: Store, without: str = "") -> list[int]:
    return [held.revision for held in store.describe().history if held.until is None and held.run.part != without]


@contextmanager
def made(steps: list[Step], sees: tuple[str, ...] | None = None) -> Iterator[SqliteStore]:
    """Do all that is visible by the table; None does all."""
    with closing(SqliteStore(":memory:")) as store:
        _do(store, steps, sees)
        yield store


def _do(store: SqliteStore, steps: list[Step], sees: tuple[str, ...] | None) -> None:
    last = {step.part: step.marking for step in steps if step.what == "import"}
    kept = {step.part: step.marking for step in steps if step.what == "keep" and step.part not in last}
    for number, step in enumerate(steps):
        if step.what == "forget":
            if len(in_force(store)) != len(in_force(store, step.part)):
                store.put_in_force(in_force(store, step.part))
            continue
        if sees is not None and not {step.marking, (last | kept)[step.part]} <= {*sees}:
            continue
        facts = Facts(
            nodes=(Node(f"name:{step.part}{number}", {"name": f"{step.part}{number}"}, f"n.csv:{number}"),),
            needs=(
                Need("name:x", f"name:{step.part}{number}", "uses", "", "", "", None, None, None, None, 1.0, "m.csv:2"),
            ),
        )
        run = Import("register", step.part, f"2026-01-{number + 1:02}", MARKINGS[step.marking], 50, "")
        store.replace(run, [facts], in_force=step.what == "import")


def told(store: Store) -> object:
    """Return all that a store tells a reader, but for where it is."""
    description = store.describe()
    held = [(each.run, each.revision, each.terms, each.counts, each.receipt) for each in description.history]
    facts = []
    for revision in range(description.oldest, description.revision + 1):
        with store.load(revision) as snapshot:
            facts.append([(one.run, one.revision, [*one.nodes], [*one.needs]) for one in snapshot.imports])
    # Candidates, which whoever asks looks up in the graph: of these none may be missing.
    speaks = {node.id for _, _, nodes, _ in facts[-1] for node in nodes}
    asked = [(text, {each for each in speaks if text in each[5:]}) for text in ("a", "b")]
    found = [wanted.intersection(store.search(text, limit=limit)) for text, wanted in asked for limit in (1, 100)]
    assert found == [wanted for _, wanted in asked for _ in (1, 100)]
    return description.revision, description.oldest, held, facts, found


@pytest.mark.parametrize("who", VIEWERS)
def test_who_sees_which_marking(who: str) -> None:
    assert tuple(name for name, marking in MARKINGS.items() if may_see(VIEWERS[who], marking)) == SEES[who]


@given(STEPS, st.sampled_from([*VIEWERS]))
@settings(max_examples=60, deadline=None)
def test_what_is_hidden_was_never_there(steps: list[Step], who: str) -> None:
    with made(steps) as everything, made(steps, SEES[who]) as seen:
        assert told(visible_to(everything, VIEWERS[who])) == told(visible_to(seen, VIEWERS[who]))
        # And where all is visible, each revision keeps its number.
        numbers = [each.revision for each in seen.describe().history]
        assert [each.revision for each in visible_to(seen, VIEWERS[who]).describe().history] == numbers


def test_a_fact_is_judged_by_its_marking_then_and_now() -> None:
    with made([Step("import", "a", "clear"), Step("import", "b", "clear"), Step("import", "a", "care")]) as closed:
        water = visible_to(closed, VIEWERS["water"]).describe()
        assert [held.run.part for held in water.history] == ["b"]
        assert water.revision == 1
        care = visible_to(closed, VIEWERS["care"]).describe()
        parts = [(held.run.part, held.run.marking) for held in care.history]
        assert parts == [("a", CARE), ("b", Marking()), ("a", CARE)]
    with made([Step("import", "a", "care"), Step("import", "a", "clear")]) as opened:
        held = visible_to(opened, VIEWERS["water"]).describe().history
        assert [each.run.retrieved for each in held] == ["2026-01-02"]


@pytest.mark.parametrize("first", ["forget", "keep"])
def test_what_is_kept_as_history_does_not_open_what_its_part_closed(first: str) -> None:
    then = [Step("forget", "a", "clear"), Step("keep", "a", "clear")]
    steps = [Step("import", "a", "care"), *sorted(then, key=lambda step: step.what != first)]
    with made(steps) as closed:
        assert visible_to(closed, VIEWERS["water"]).describe().history == ()
        care = [(held.run.part, held.run.marking) for held in visible_to(closed, VIEWERS["care"]).describe().history]
        assert care == [("a", CARE), ("a", CARE)]
    with made([Step("keep", "a", "clear")]) as alone:
        assert len(visible_to(alone, VIEWERS["water"]).describe().history) == 1


def test_who_asks_as_somebody_else_sees_no_more() -> None:
    with made([Step("import", "a", "care"), Step("import", "b", "clear")]) as store:
        both = visible_to(visible_to(store, VIEWERS["water"]), VIEWERS["care"])
        assert [held.run.part for held in both.describe().history] == ["b"]
        assert visible_to(both, None) is both


def test_hidden_and_unknown_revisions_are_refused_alike() -> None:
    with made([Step("import", "a", "clear"), Step("import", "b", "care")]) as everything:
        store, refused = visible_to(everything, VIEWERS["water"]), []
        for revision in (2, 3):
            with pytest.raises(UsageError) as error, store.load(revision):
                pass
            refused.append(str(error.value).replace(str(revision), "N"))
        assert refused == ["the store has no revision N: the latest is 1"] * 2
        with pytest.raises(UsageError, match="no import 2"), store.load(imports=[2]):
            pass


def test_nothing_is_written_as_somebody_else() -> None:
    with made([Step("import", "a", "clear")]) as everything:
        store = visible_to(everything, VIEWERS["operator"])
        assert isinstance(store, VisibleStore)
        for write in (store.prune, store.check, lambda: store.put_in_force([1]), lambda: store.replace(None, [])):
            with pytest.raises(AccessError, match="for reading"):
                write()


def test_the_audience_of_an_answer_is_whom_all_markings_name() -> None:
    members = {"care": frozenset({"Ede", "Delft"}), "water": frozenset({"Delft", "Gouda"})}
    water, ede = Marking(Label.AMBER, hubs=("water",)), Marking(Label.AMBER_STRICT, organisations=("Ede", "Gouda"))
    assert closest([], members) == Marking()
    assert closest([Marking(), Marking(Label.GREEN, ("care",))], members) == Marking(Label.GREEN)
    assert closest([CARE, CARE], members) == CARE
    # Delft alone is looked after by both hubs; without knowing who is, nobody is left.
    assert closest([CARE, water], members) == Marking(Label.AMBER, organisations=("Delft",))
    assert closest([CARE, water]) == Marking(Label.AMBER)
    assert closest([CARE, ede], members) == Marking(Label.AMBER_STRICT, organisations=("Ede",))
    assert closest([water, ede, CARE], members) == Marking(Label.AMBER_STRICT)


def test_what_the_audience_of_a_marking_sees_is_what_everybody_sees_to_whom_it_opens_anything() -> None:
    names = ("", "Ann", "Bob"), ("", "Ede", "Epe"), ((), ("care",), ("water",), ("care", "water"))
    everybody = [
        Viewer(*of, role=role, ceiling=top) for of in product(*names) for role in (None, *Role) for top in LABELS
    ]
    markings = (
        *MARKINGS.values(),
        Marking(Label.AMBER, ("water",), recipients=("Ann",)),
        Marking(Label.AMBER, ("care", "water"), ("Ede", "Epe"), ("Ann", "Bob")),
        Marking(Label.AMBER_STRICT, organisations=("Ede", "Epe")),
        Marking(Label.RED, recipients=("Ann", "Bob")),
    )
    for new in markings:
        sees = [viewer for viewer in everybody if may_see(viewer, new)]
        for old in markings:
            by_all = all(may_see(viewer, old) for viewer in sees)
            assert by_all == all(may_see(viewer, old) for viewer in audience_of(new)), (new, old)
