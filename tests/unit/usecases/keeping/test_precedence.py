"""What an import says of what it replaces: older, from the future, more open, and of another date."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from depgraph.errors import UsageError
from depgraph.model import Facts, Label, Level, Marking, Need, Relation
from depgraph.ports import Given, Source
from depgraph.stores.sqlite import SqliteStore
from depgraph.usecases.keeping.importing import ImportAnswer, import_source

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TODAY = "2026-06-01"
AMBER = Marking(Label.AMBER, hubs=("north",))


@pytest.fixture
def store() -> Iterator[SqliteStore]:
    opened = SqliteStore(":memory:")
    yield opened
    opened.close()


@pytest.fixture
def given(tmp_path: Path) -> Given:
    return Given((tmp_path,))


def need(provider: str, begun: str | None = None, ended: str | None = None) -> Need:
    return Need("name:a", provider, Relation.USES, "", "", "", None, None, begun, ended, 1.0, "r:1")


def source(*needs: Need, stated: str | None = None, marking: Marking | None = None) -> Source:
    def read(_: Given) -> Iterator[Facts]:
        yield from (Facts(needs=(one,)) for one in needs or (need("name:b"),))

    made = Source(name="made", title="", publisher="", licence="", url="", formats="", read=read)
    made = replace(made, stated_date=lambda _: stated)
    return replace(made, marking=marking) if marking else made


def said(answer: ImportAnswer, code: str) -> list[str]:
    return [finding.message for finding in answer.findings if finding.code == code]


def held(store: SqliteStore) -> list[str]:
    return [f"{one.run.retrieved} {one.run.marking.label}" for one in store.describe().history if one.until is None]


def test_a_date_after_today_is_refused_unless_it_is_meant(store: SqliteStore, given: Given) -> None:
    for stated, retrieved, who in (("2062-06-01", "", "the data say"), (None, "2026-06-02", "--retrieved says")):
        with pytest.raises(UsageError, match=f"{who}.*--allow-future"):
            import_source(store, source(stated=stated), given, today=TODAY, retrieved=retrieved)
    assert held(store) == []
    import_source(store, source(stated="2062-06-01"), given, today=TODAY, retrieved=TODAY)
    import_source(store, source(), given, today=TODAY, retrieved="2026-06-02", allow_future=True)
    assert held(store) == ["2026-06-02 tlp:clear"]


def test_older_data_that_replace_newer_ones_are_warned_of_and_the_warning_is_kept(
    store: SqliteStore, given: Given
) -> None:
    import_source(store, source(), given, today=TODAY, retrieved="2026-05-03")
    same = import_source(store, source(), given, today=TODAY, retrieved="2026-05-03")
    other = import_source(store, source(), given, today=TODAY, retrieved="2026-04-01", part="other")
    assert said(same, "older") == said(other, "older") == []
    answer = import_source(store, source(), given, today=TODAY, retrieved="2026-04-29")
    (told,) = said(answer, "older")
    assert "2026-04-29 replace those of 2026-05-03" in told
    assert "revert --to 2" in told
    with store.load() as snapshot:
        kept = [finding for one in snapshot.imports for finding in one.findings]
    assert [(finding.level, finding.message) for finding in kept] == [(Level.WARNING, told)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (AMBER, Marking()),
        (AMBER, Marking(Label.GREEN)),
        (AMBER, Marking(Label.AMBER, hubs=("north", "south"))),
        (AMBER, Marking(Label.AMBER, hubs=("north",), organisations=("Ede",))),
        (Marking(Label.RED, recipients=("x",)), Marking(Label.RED, recipients=("y",))),
        # The closer label, and another audience: it opens them to whom it names.
        (AMBER, Marking(Label.AMBER_STRICT, organisations=("Ede",))),
        (AMBER, Marking(Label.RED, recipients=("x",))),
        (AMBER, Marking(Label.AMBER)),  # to auditors, who see what names nobody
    ],
)
def test_a_weaker_marking_than_before_is_asked_about(
    store: SqliteStore, given: Given, before: Marking, after: Marking
) -> None:
    import_source(store, source(marking=before), given, today=TODAY)
    with pytest.raises(UsageError, match="say --marking"):
        import_source(store, source(marking=after), given, today=TODAY)
    assert held(store) == [f"{TODAY} {before.label}"]
    import_source(store, source(marking=after), given, today=TODAY, part="another part was never marked")
    import_source(store, source(marking=after), given, today=TODAY, may_weaken=True)
    assert f"{TODAY} {after.label}" in held(store)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (Marking(), AMBER),
        (AMBER, AMBER),
        (Marking(Label.AMBER, hubs=("north", "south")), AMBER),
        (Marking(Label.GREEN, hubs=("north",)), Marking(Label.GREEN)),
        (AMBER, AMBER._replace(label=Label.AMBER_STRICT)),
        (Marking(Label.GREEN), Marking(Label.RED, recipients=("x",))),
    ],
)
def test_a_marking_that_opens_nothing_is_not(store: SqliteStore, given: Given, before: Marking, after: Marking) -> None:
    import_source(store, source(marking=before), given, today=TODAY)
    assert import_source(store, source(marking=after), given, today=TODAY).revision == 2


def test_an_import_that_moves_the_date_says_what_falls_out(store: SqliteStore, given: Given) -> None:
    needs = (
        need("name:ended", ended="2026-02-28"),
        need("name:last day", ended="2026-03-01"),
        need("name:begins", begun="2026-03-01"),
        need("name:later", begun="2026-03-02"),
        need("name:open"),
        need("name:over", ended="2026-01-31"),
    )
    first = import_source(store, source(*needs), given, today=TODAY, retrieved="2026-02-01")
    assert said(first, "date-moved") == [], "there was no date before"
    moved = import_source(store, source(), given, today=TODAY, retrieved="2026-03-01", part="new")
    (told,) = said(moved, "date-moved")
    assert told.startswith(
        "answers are now as of 2026-03-01, before as of 2026-02-01: 1 need in force then is no longer"
    )
    assert "name:a -> name:ended" in told
    assert "1 is that was not" in told
    assert "--as-of 2026-02-01" in told
    back = import_source(store, source(), given, today=TODAY, retrieved="2026-01-31", part="new")
    (told,) = said(back, "date-moved")
    assert "as of 2026-02-01, before as of 2026-03-01: 1 need in force" in told
    assert (
        said(import_source(store, source(), given, today=TODAY, retrieved="2026-01-01", part="new"), "date-moved") == []
    )


def test_a_dry_run_asks_nothing_of_the_store(store: SqliteStore, given: Given) -> None:
    store.close()
    assert import_source(store, source(), given, today=TODAY, dry_run=True).revision is None
