"""A denial of a need that nobody states is told when it is imported, by what the graph makes of it."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from depgraph.graph.disputes import NOWHERE
from depgraph.model import Label, Marking
from depgraph.ports import Given
from depgraph.stores.sqlite import SqliteStore
from depgraph.usecases.keeping.denials import UNSTATED
from depgraph.usecases.keeping.disputing import settle_dispute
from depgraph.usecases.keeping.importing import import_source
from depgraph.usecases.keeping.owned import OwnedStore
from depgraph.usecases.view import open_view
from depgraph.usecases.viewers import viewer_of
from importers.clearing import SOURCE as CLEARING
from importers.register import SOURCE as REGISTER
from tests.unit.filled import filled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from depgraph.model import Finding

    Row = tuple[str, ...]
    Reply = Callable[..., list[Finding]]

NEEDS = """dependent,provider,service_type,requirement,at_least,valid_to
function:Pay,Alpha,,mail,all,
function:Pay,Beta,,files,all,
function:Pay,Gamma,S01,,,
function:Pay,Past,,mail,,2025-06-30
Stranger,Alpha,,mail,all,
Stranger,Beta,,mail,all,
"""
NODES = "id,kind,owner\nfunction:Pay,function,Agency\nAgency,party,\nStranger,party,\n"
PAY = "function:Pay"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    (tmp_path / "needs.csv").write_text(NEEDS, encoding="utf-8")
    (tmp_path / "nodes.csv").write_text(NODES, encoding="utf-8")
    with closing(SqliteStore(":memory:")) as made:
        import_source(made, REGISTER, Given((tmp_path,)), today="2026-01-01", marking=Marking(Label.CLEAR))
        yield made


@pytest.fixture
def reply(store: SqliteStore, tmp_path: Path) -> Reply:
    """Import a sheet with these rows of needs, and return what is told of needs that nobody states."""

    def made(*rows: Row, about: str = "name:Agency", dry_run: bool = False) -> list[Finding]:
        (tmp_path / "reply.xlsx").write_bytes(filled(rows, about=about))
        given = Given((tmp_path / "reply.xlsx",))
        answer = import_source(store, CLEARING, given, today="2026-03-01", dry_run=dry_run)
        return [finding for finding in answer.findings if finding.code == UNSTATED]

    return made


CASES: dict[str, tuple[Row, bool]] = {
    "a need as it is stated": ((PAY, "Alpha", "mail", "deny"), False),
    "in another spelling": ((PAY, "  ALPHA", "Mail", "deny"), False),
    "the need of a type, by that": ((PAY, "Gamma", "S01", "deny"), False),
    "a provider that nobody has": ((PAY, "Delta", "mail", "deny"), True),
    "a provider that is there for something else": ((PAY, "Beta", "mail", "deny"), True),
    "a need that has ended": ((PAY, "Past", "mail", "deny"), True),
    "a need that is agreed": ((PAY, "Delta", "mail", "agree"), False),
}


@pytest.mark.parametrize("case", CASES)
def test_it_is_told_where_the_graph_says_that_it_is_gone(store: SqliteStore, reply: Reply, case: str) -> None:
    row, told = CASES[case]
    dry = reply(row, dry_run=True)
    found = reply(row)
    assert [(one.record, one.field) for one in found] == [("reply.xlsx/needs:2", "answer")] * told
    assert found == dry
    assert [one.record for one in open_view(store).findings if one.code == NOWHERE] == [one.record for one in found]


def test_it_names_the_need_and_what_to_do(reply: Reply) -> None:
    (told,) = reply((PAY, "Delta", "mail", "deny"), (PAY, "Alpha", "mail", "deny"))
    assert told.message == (
        "denies that 'function:Pay' needs 'name:Delta' (requirement 'mail'), which no other record in force states:"
        " nothing is disputed; restore the row as the sheet had it, or leave its answer empty"
    )


def test_what_its_own_earlier_reply_stated_is_replaced_and_stated_by_nobody(reply: Reply) -> None:
    assert reply((PAY, "Delta", "mail", "agree")) == []
    assert len(reply((PAY, "Delta", "mail", "deny"), dry_run=True)) == 1
    assert len(reply((PAY, "Delta", "mail", "deny"))) == 1


def test_what_an_auditor_took_out_is_on_file(store: SqliteStore, reply: Reply) -> None:
    reply((PAY, "Alpha", "mail", "deny"))
    settle_dispute(store, PAY, "Alpha", stands=False, who="Ann", today="2026-02-02")
    assert reply((PAY, "Alpha", "mail", "deny")) == []


def test_what_is_hidden_from_whoever_imports_is_stated_by_nobody(store: SqliteStore, tmp_path: Path) -> None:
    """Finding for finding the same before and after a part that he does not see states the need."""
    (tmp_path / "reply.xlsx").write_bytes(filled([(PAY, "Delta", "mail", "deny")], about="name:Agency"))
    marking = Marking(Label.AMBER, organisations=("Agency",))
    own = OwnedStore(store, viewer_of(["organisation:Agency"]), lambda _: "a" * 8)

    def told(*, dry_run: bool) -> tuple[Finding, ...]:
        return import_source(
            own,
            CLEARING,
            Given((tmp_path / "reply.xlsx",)),
            today="2026-03-01",
            marking=marking,
            dry_run=dry_run,
            naming=lambda part: own.part("clearing", part, marking),
        ).findings

    before = told(dry_run=True)
    assert [one.code for one in before] == [UNSTATED]
    (tmp_path / "needs.csv").write_text(f"dependent,provider,requirement\n{PAY},Delta,mail\n", encoding="utf-8")
    import_source(
        store, REGISTER, Given((tmp_path / "needs.csv",)), today="2026-01-01", part="b", marking=Marking(Label.RED)
    )
    assert told(dry_run=True) == before
    assert UNSTATED in {one.code for one in told(dry_run=False)}
    with store.load() as snapshot:
        kept = {one.code for imported in snapshot.imports for one in imported.findings}
    assert UNSTATED not in kept, "it is for whoever imports alone"
    assert "need-disputed" in {one.code for one in open_view(store).findings}, "who sees all has it denied"


def test_replies_of_others_have_records_of_the_same_names(reply: Reply) -> None:
    """What the other body denied in its second row, which nobody states, is not told again with this one."""
    assert len(reply(("Stranger", "Delta", "mail", "deny"), about="name:Stranger")) == 1
    assert reply((PAY, "Alpha", "mail", "deny")) == []
