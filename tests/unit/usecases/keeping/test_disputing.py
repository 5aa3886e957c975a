"""Deciding about denied needs, and what replies did: on a small register and the sheets that answer it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from depgraph.errors import DepgraphError, InputError, UnknownIdError, UsageError
from depgraph.model import DISPUTES
from depgraph.ports import Given
from depgraph.stores.sqlite import SqliteStore
from depgraph.usecases.keeping.disputing import settle_dispute, undo_dispute
from depgraph.usecases.keeping.importing import import_source
from depgraph.usecases.replies import replies_of, rounds_of
from depgraph.usecases.view import Lens, open_view
from importers.clearing import SOURCE as CLEARING
from importers.register import SOURCE as REGISTER
from tests.unit.filled import filled

if TYPE_CHECKING:
    from collections.abc import Iterator

NEEDS = """dependent,provider,service_type,requirement,at_least
function:Pay,Alpha,,mail,all
function:Pay,Alpha,,files,all
function:Pay,Beta,,mail,all
Office,Beta,,web,all
Agency,Gamma,,,
Stranger,Alpha,,mail,all
"""
NODES = """id,kind,name,owner,part_of,people
function:Pay,function,Pay,Agency,,10
Agency,party,Agency,,,
Office,party,Office,,Agency,
Stranger,party,Stranger,,,
"""
PAY = "function:Pay"
Row = tuple[str, ...]
Reply = Callable[..., None]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    (tmp_path / "needs.csv").write_text(NEEDS, encoding="utf-8")
    (tmp_path / "nodes.csv").write_text(NODES, encoding="utf-8")
    with closing(SqliteStore(":memory:")) as made:
        import_source(made, REGISTER, Given((tmp_path,)), today="2026-01-01")
        yield made


@pytest.fixture
def reply(store: SqliteStore, tmp_path: Path) -> Reply:
    """Import a sheet with these rows of needs: who needs, who is needed, the requirement, then what is answered."""

    def made(*rows: Row, about: str = "name:Agency", remark: str = "") -> None:
        path = tmp_path / "reply.xlsx"
        path.write_bytes(filled(rows, about=about, remark=remark))
        import_source(store, CLEARING, Given((path,)), today="2026-03-01")

    return made


def bounds(store: SqliteStore, revision: int | None = None) -> dict[tuple[str, str], tuple[int, int]]:
    """Return k_lower and k_upper of each requirement, by whose and which it is."""
    graph = open_view(store, Lens(revision=revision)).graph
    columns = graph.requirements
    return {
        (str(graph.nodes.name[columns.dependent[at]]), str(columns.names[columns.name[at]])): (
            int(columns.k_lower[at]),
            int(columns.k_upper[at]),
        )
        for at in range(len(columns.name))
    }


def test_what_an_organisation_answers_of_itself_its_parts_and_functions(store: SqliteStore, reply: Reply) -> None:
    """Mail of Pay: all of two, and any by the answer: these contradict, so it widens; the web of Office may not be there."""
    before = bounds(store)
    assert (before["Pay", "mail"], before["Office", "web"]) == ((2, 2), (1, 1))
    reply(
        (PAY, "Alpha", "mail", "agree", "any", "plan 7"),
        (PAY, "Beta", "mail", "agree"),
        ("Office", "Beta", "web", "deny"),
    )
    after = bounds(store)
    assert (after["Pay", "mail"], after["Office", "web"]) == ((1, 2), (0, 1))
    assert {name: after[name] for name in before if name not in {("Pay", "mail"), ("Office", "web")}} == {
        name: before[name] for name in before if name not in {("Pay", "mail"), ("Office", "web")}
    }
    with store.load() as snapshot:
        (needs,) = [list(each.needs) for each in snapshot.imports if each.run.source == "clearing"]
    assert [(each.at_least, each.evidence, each.denied) for each in needs] == [
        ("any", "documented", False),
        ("any", "stated", False),
        ("", "", True),
    ]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (("Stranger", "Alpha", "mail", "deny"), r"needs:2: dependent: 'name:Stranger' is no party of name:Agency"),
        (("function:Other", "Alpha", "mail", "deny"), r"needs:2: dependent: 'function:Other' is no function of"),
        (("Alpha", "Beta", "mail", "agree"), r"needs:2: dependent: 'name:Alpha' is no party of name:Agency"),
        ((PAY, "Alpha", "mail", "perhaps"), r"needs:2: answer: 'perhaps' is no answer: write agree or deny"),
        ((PAY, "Alpha", "mail", "deny", "all"), r"needs:2: at_least: is said of a need that is denied"),
        ((PAY, "Alpha", "mail", "", "", "plan 7"), r"needs:2: answer: is empty, and a document is named"),
        ((PAY, "Alpha", "mail", "=1+1"), r"needs:2: answer: cell F2 holds a formula"),
    ],
)
def test_what_no_reply_may_say(store: SqliteStore, reply: Reply, row: Row, said: str) -> None:
    before = open_view(store).graph.digest
    with pytest.raises(InputError, match=said):
        reply(row)
    assert (open_view(store).graph.digest, store.describe().revision) == (before, 1)


def test_rows_of_one_requirement_say_one_thing(store: SqliteStore, reply: Reply) -> None:
    with pytest.raises(InputError, match="rows of one requirement say all and any: say one thing"):
        reply((PAY, "Alpha", "mail", "agree", "all"), (PAY, "Beta", "Mail", "agree", "any"))
    with pytest.raises(UnknownIdError, match="did you mean 'name:Agency'"):
        reply((PAY, "Alpha", "mail", "agree"), about="name:Agenxy")


def test_of_two_disputed_needs_one_is_named_to_be_decided(store: SqliteStore, reply: Reply) -> None:
    reply((PAY, "Alpha", "mail", "deny"), (PAY, "Alpha", "files", "deny"), (PAY, "Beta", "mail", "deny"))
    told = {"who": " Ann  Lee ", "today": "2026-02-02"}
    with pytest.raises(UsageError, match=r"disputed in '(mail', 'files|files', 'mail)': say which with --requirement"):
        settle_dispute(store, PAY, "Alpha", stands=True, **told)
    done = settle_dispute(store, PAY, "Alpha", stands=True, requirement="MAIL", **told)
    assert (done.requirement, done.provider, done.stands, done.revision) == ("mail", "name:Alpha", True, 3)
    assert (bounds(store)["Pay", "mail"], bounds(store)["Pay", "files"]) == ((1, 2), (0, 1))
    settle_dispute(store, PAY, "Alpha", stands=False, **told)  # of files alone it is still disputed
    settle_dispute(store, PAY, "Beta", stands=False, **told)
    found = bounds(store)
    assert (found["Pay", "mail"], ("Pay", "files") in found) == ((1, 1), False)
    with store.load() as snapshot:
        (log,) = [list(each.decisions) for each in snapshot.imports if each.run.source == DISPUTES]
    assert [(one.who, one.same, one.reasons) for one in log] == [
        ("Ann Lee", True, ("mail",)),
        ("Ann Lee", False, ("files",)),
        ("Ann Lee", False, ("mail",)),
    ], "each is kept"
    undo_dispute(store, PAY, "Beta", **told)
    assert bounds(store)["Pay", "mail"] == (1, 2)
    with pytest.raises(UsageError, match="say which with --requirement"):
        undo_dispute(store, PAY, "Alpha", **told)
    undo_dispute(store, PAY, "Alpha", requirement="files", **told)
    assert bounds(store)["Pay", "files"] == (0, 1)


def test_what_cannot_be_decided(store: SqliteStore, reply: Reply) -> None:
    reply((PAY, "Alpha", "mail", "deny"))
    before = store.describe().revision
    refused: tuple[tuple[Callable[[], object], type[DepgraphError], str], ...] = (
        (
            lambda: settle_dispute(store, PAY, "Beta", stands=True, who="Ann", today="2026-02-02"),
            UsageError,
            "is disputed",
        ),
        (
            lambda: settle_dispute(store, PAY, "Alpha", stands=True, who=" ", today="2026-02-02"),
            UsageError,
            "--who NAME",
        ),
        (
            lambda: settle_dispute(store, PAY, "Alhpa", stands=True, who="A", today="2026-02-02"),
            UnknownIdError,
            "Alpha",
        ),
        (lambda: undo_dispute(store, PAY, "Alpha", who="Ann", today="2026-02-02"), UsageError, "nothing is decided"),
    )
    for ask, error, said in refused:
        with pytest.raises(error, match=said):
            ask()
    assert store.describe().revision == before


def test_each_reply_is_a_round_that_tells_what_it_did(store: SqliteStore, reply: Reply) -> None:
    """A later reply of one organisation replaces the earlier one; a view before it knows nothing of it."""
    assert replies_of(store, open_view(store)).rounds == ()
    reply((PAY, "Alpha", "mail", "deny"), remark="  We left  in 2024. ")
    (first,) = replies_of(store, open_view(store)).rounds
    assert (first.organisation, first.answered, first.revision) == ("name:Agency", "2026-02-01", 2)
    assert first.width_before == 0
    assert first.width_after is not None
    assert first.width_after > 0, "a denial widens"
    reply((PAY, "Beta", "mail", "deny", "", "", "not ours"), remark="Once more")
    told = replies_of(store, open_view(store))
    assert [one.revision for one in told.rounds] == [2, 3]
    assert told.rounds[1].width_before == first.width_after
    assert [one.remark for one in told.remarks] == ["not ours", "Once more"]
    assert [(one.state, "'name:Beta'" in one.says) for one in told.denials] == [("disputed", True)]
    assert [one.revision for one in rounds_of(store, open_view(store, Lens(revision=2)))] == [2]
    assert bounds(store, 1)["Pay", "mail"] == (2, 2)
    store.prune()
    (last,) = rounds_of(store, open_view(store))
    assert (last.revision, last.width_before) == (3, None), "what was before is not kept any more"
    assert last.width_after == told.rounds[1].width_after
