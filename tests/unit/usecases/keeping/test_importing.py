"""Importing: all of a source or nothing, and a report of everything."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

import depgraph
from depgraph.errors import InputError, MissingPathError, UsageError
from depgraph.model import Facts, Finding, Import, Kind, Label, Level, Marking, Need, Node, Relation
from depgraph.ports import Counts, Given, Imported, InputFile, Source
from depgraph.stores.sqlite import SqliteStore
from depgraph.usecases.keeping.importing import ImportAnswer, import_source
from depgraph.usecases.keeping.intake import MAX_ERRORS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path


@pytest.fixture
def store() -> Iterator[SqliteStore]:
    opened = SqliteStore(":memory:")
    yield opened
    opened.close()


@pytest.fixture
def given(tmp_path: Path) -> Given:
    return Given((tmp_path,))


def source(*facts: Facts, then: Exception | None = None, **declared: object) -> Source:
    def read(_: Given) -> Iterator[Facts]:
        yield from facts
        if then:
            raise then

    made = Source(name="made", title="", publisher="", licence="CC0-1.0", url="", formats="", read=read)
    return replace(made, **declared)  # type: ignore[arg-type]  # fields of Source


def need(dependent: str = "name:a", provider: str = "name:b", **said: object) -> Need:
    found = Need(dependent, provider, Relation.USES, "", "", "", None, None, None, None, 1.0, "r:1")
    return found._replace(**said)


def good(*needs: Need) -> Facts:
    return Facts(needs=needs or (need(),))


def finding(level: Level = Level.ERROR, record: str = "r:2") -> Finding:
    return Finding(level, "code", record, "field", "is wrong: put it right")


def stored(store: SqliteStore) -> list[tuple[list[Need], tuple[Finding, ...]]]:
    with store.load() as snapshot:
        return [(list(one.needs), one.findings) for one in snapshot.imports]


def test_what_is_good_is_stored_with_its_findings(store: SqliteStore, given: Given) -> None:
    note = finding(Level.NOTE)
    facts = Facts((Node("name:a", {"people": 3}, "r:1"),), (need(),), findings=(note,))
    answer = import_source(store, source(facts), given, today="2025-01-31")
    assert answer == ImportAnswer(
        run=answer.run,
        revision=1,
        records=1,
        skipped=0,
        counts=Counts(1, 1, 0, 0),
        nodes={Kind.PARTY: 2},
        findings=(note,),
        implausible=(),
    )
    assert stored(store) == [([need()], (note,))]


def test_the_import_says_when_and_who_may_see_it(store: SqliteStore, given: Given) -> None:
    green = Marking(Label.GREEN)
    silent = source(good(), marking=green)
    dated = replace(silent, stated_date=lambda _: "2024-06-01")
    assert import_source(store, silent, given, today="2025-01-31").run.retrieved == "2025-01-31"
    assert import_source(store, dated, given, today="2025-01-31").run.retrieved == "2024-06-01"
    answer = import_source(store, dated, given, today="2025-01-31", retrieved="2023-01-01", part="p")
    assert (answer.run.retrieved, answer.run.part, answer.run.marking) == ("2023-01-01", "p", green)
    red = Marking(Label.RED, hubs=("h",))
    assert import_source(store, dated, given, today="2025-01-31", marking=red).run.marking == red


def test_the_import_keeps_from_what_it_was_made(store: SqliteStore, tmp_path: Path) -> None:
    (tmp_path / "folder" / "deep").mkdir(parents=True)
    (tmp_path / "folder" / "deep" / "b.csv").write_bytes(b"abc")
    (tmp_path / "folder" / "a.csv").write_bytes(b"")
    (tmp_path / "single.csv").write_bytes(b"abc")
    given = Given((tmp_path / "folder", tmp_path / "single.csv"))
    bad = Facts(findings=(finding(),))
    import_source(store, source(bad, good(), good()), given, today="2025-01-31", skip_bad=True)
    (held,) = store.describe().history
    # The digests of FIPS 180-4's first example, and of nothing.
    abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert held.receipt.files == (
        InputFile("a.csv", 0, empty),
        InputFile("deep/b.csv", 3, abc),
        InputFile("single.csv", 3, abc),
    )
    assert (held.receipt.records, held.receipt.left_out) == (3, 1)
    assert ("depgraph", depgraph.__version__) in held.receipt.versions


def test_importing_again_replaces_what_was_said(store: SqliteStore, given: Given) -> None:
    import_source(store, source(good(need(), need(provider="name:c"))), given, today="2025-01-31")
    answer = import_source(store, source(good()), given, today="2025-02-28")
    assert answer.revision == 2
    assert stored(store) == [([need()], ())]


def test_a_dry_run_reads_everything_and_stores_nothing(store: SqliteStore, given: Given) -> None:
    answer = import_source(store, source(good(), good()), given, today="2025-01-31", dry_run=True)
    assert (answer.revision, answer.records, answer.counts.needs) == (None, 2, 2)
    assert store.describe().revision == 0
    with pytest.raises(InputError, match=r"^r:2: field: is wrong: put it right$"):
        import_source(store, source(good(), Facts(findings=(finding(),))), given, today="2025-01-31", dry_run=True)


def test_one_bad_record_refuses_all_and_the_others_are_reported_too(store: SqliteStore, given: Given) -> None:
    note = finding(Level.NOTE, "r:0")
    facts = [
        Facts(findings=(note,)),
        good(),
        Facts(findings=(finding(),)),
        good(),
        Facts(findings=(finding(record="r:4"),)),
    ]
    with pytest.raises(InputError, match=r"^r:2: field: is wrong: put it right \(and 1 more\)$") as caught:
        import_source(store, source(*facts), given, today="2025-01-31")
    assert caught.value.findings == (finding(), finding(record="r:4"), note)
    assert store.describe().revision == 0


def test_bad_records_are_skipped_on_request_and_kept_among_the_findings(store: SqliteStore, given: Given) -> None:
    bad = Facts(needs=(need(provider="name:c"),), findings=(finding(),))
    answer = import_source(store, source(bad, good()), given, today="2025-01-31", skip_bad=True)
    assert (answer.records, answer.skipped, answer.findings) == (2, 1, (finding(),))
    assert stored(store) == [([need()], (finding(),))]


def test_after_the_first_error_the_store_gets_nothing_more(given: Given) -> None:
    class Witness(SqliteStore):
        got = 0

        def replace(self, run: Import, facts: Iterable[Facts], **more: Any) -> Imported:
            def counted() -> Iterator[Facts]:
                for one in facts:
                    self.got += 1
                    yield one

            return super().replace(run, counted(), **more)

    witness = Witness(":memory:")
    facts = [good(), Facts(findings=(finding(),)), *[good()] * 10]
    with pytest.raises(InputError):
        import_source(witness, source(*facts), given, today="2025-01-31")
    assert witness.got == 1
    witness.close()


def test_what_ends_the_reading_is_reported_with_what_was_found_before(store: SqliteStore, given: Given) -> None:
    last = InputError("r:9: cut off", (finding(record="r:9"),))
    for skip_bad in (False, True):
        broken = source(good(), Facts(findings=(finding(),)), then=last)
        with pytest.raises(InputError) as caught:
            import_source(store, broken, given, today="2025-01-31", skip_bad=skip_bad)
        assert caught.value.findings == (finding(), finding(record="r:9"))
    with pytest.raises(InputError, match=r"^all is lost$"):
        import_source(store, source(good(), then=InputError("all is lost")), given, today="2025-01-31")
    assert store.describe().revision == 0


def test_nothing_good_is_an_error(store: SqliteStore, given: Given) -> None:
    for facts, skip_bad in (((), False), ((Facts(findings=(finding(),)),), True)):
        with pytest.raises(InputError, match=r"^nothing to import: no good record in what was given for 'made'"):
            import_source(store, source(*facts), given, today="2025-01-31", skip_bad=skip_bad)
    assert store.describe().revision == 0


def test_a_count_that_is_no_year_and_no_country_is_refused_unless_allowed(store: SqliteStore, given: Given) -> None:
    short = source(good(), expect={Kind.PARTY: range(30, 1_001), Kind.SERVICE: range(5)})
    with pytest.raises(
        InputError,
        match=r"^2 nodes of kind party, where 30 to 1,000 are usual: is the input cut off.* --allow-implausible$",
    ):
        import_source(store, short, given, today="2025-01-31")
    answer = import_source(store, short, given, today="2025-01-31", allow_implausible=True)
    assert (answer.revision, len(answer.implausible)) == (1, 1)
    assert import_source(store, short, given, today="2025-01-31", part="a part has fewer").implausible == ()
    many = source(good(), expect={Kind.PARTY: range(2)})
    with pytest.raises(InputError, match=r"^2 nodes of kind party, where 0 to 1 are usual"):
        import_source(store, many, given, today="2025-01-31", part="but not more")


def test_a_count_that_is_smaller_than_usual_is_a_warning(store: SqliteStore, given: Given) -> None:
    small = source(good(), expect={Kind.PARTY: range(20, 1_001)}, caveat="careful")
    answer = import_source(store, small, given, today="2025-01-31")
    warning, caveat = answer.findings
    assert (warning.level, warning.code, caveat.message) == (Level.WARNING, "implausible", "careful")
    assert warning.message.startswith("2 nodes of kind party, where 20 to 1,000 are usual; all that 'made' said before")
    assert stored(store) == [([need()], answer.findings)]
    usual = source(good(), expect={Kind.PARTY: range(2, 1_001)})
    assert import_source(store, usual, given, today="2025-01-31").findings == ()


def test_facts_that_the_model_forbids_are_not_stored(store: SqliteStore, given: Given) -> None:
    nonsense = good(need(provider="place:NL"))
    with pytest.raises(InputError, match=r"^r:1: need of 'place:NL': 'uses' does not join 'name:a' to it$"):
        import_source(store, source(good(), nonsense), given, today="2025-01-31")
    answer = import_source(store, source(good(), nonsense), given, today="2025-01-31", skip_bad=True)
    assert (answer.skipped, answer.counts.needs) == (1, 1)


def test_too_many_errors_end_the_reading(store: SqliteStore, given: Given) -> None:
    facts = [Facts(findings=(finding(),))] * (MAX_ERRORS + 50)
    with pytest.raises(InputError, match=r"\(more than 100,000 errors, reading stopped\)$") as caught:
        import_source(store, source(*facts), given, today="2025-01-31", skip_bad=True)
    assert len(caught.value.findings) == MAX_ERRORS + 1


def test_progress_is_told_now_and_then_and_at_the_end(store: SqliteStore, given: Given) -> None:
    told: list[int] = []
    import_source(store, source(*[good()] * 2_500), given, today="2025-01-31", progress=told.append)
    assert told == [1_000, 2_000, 2_500]


def test_what_is_asked_must_make_sense(store: SqliteStore, tmp_path: Path, given: Given) -> None:
    with pytest.raises(UsageError, match="no path is given"):
        import_source(store, source(good()), Given(()), today="2025-01-31")
    with pytest.raises(MissingPathError, match="none' does not exist"):
        import_source(store, source(good()), Given((tmp_path / "none",)), today="2025-01-31")
    for date in ("31-12-2025", "20251231", "2025-13-01", "2025-W01-1", "soon"):
        with pytest.raises(UsageError, match=f"'{date}' is not a da"):
            import_source(store, source(good()), given, today="2025-01-31", retrieved=date)


def test_text_of_strangers_cannot_steer_a_terminal(store: SqliteStore, given: Given) -> None:
    hostile = Finding(Level.ERROR, "code", "a\x1b[2J.csv:1", "k\ud800", "line\nbreak \u202e\x9b")
    said = Finding(Level.ERROR, "code", "a\\x1b[2J.csv:1", "k\\ud800", "line\\nbreak \\u202e\\x9b")
    for broken in (source(Facts(findings=(hostile,))), source(then=InputError("x", (hostile,)))):
        with pytest.raises(InputError) as caught:
            import_source(store, broken, given, today="2025-01-31")
        assert caught.value.findings == (said,)
        assert str(caught.value) == str(said)
    answer = import_source(store, source(Facts(findings=(hostile,)), good()), given, today="2025-01-31", skip_bad=True)
    assert answer.findings == stored(store)[0][1] == (said,)


def test_an_interrupted_import_leaves_the_store_as_it_was(store: SqliteStore, given: Given) -> None:
    import_source(store, source(good()), given, today="2025-01-31")

    def read(_: Given) -> Iterator[Facts]:
        yield from [good(need(provider="name:c"))] * 5_000
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_source(store, replace(source(), read=read), given, today="2025-01-31")
    assert (store.describe().revision, stored(store)) == (1, [([need()], ())])


def test_of_records_that_come_together_only_the_bad_ones_are_left_out(store: SqliteStore, given: Given) -> None:
    needs = [need(f"name:a{line}", record=f"r:{line}") for line in range(20)]
    needs[7] = needs[7]._replace(share=2.0)
    needs.append(need("name:more", record="r:7"))
    answer = import_source(store, source(Facts(needs=tuple(needs))), given, today="2025-01-31", skip_bad=True)
    assert (answer.records, answer.skipped, answer.counts.needs) == (20, 1, 19)
    assert [finding.record for finding in answer.findings] == ["r:7"]
    assert {one.record for one in stored(store)[0][0]} == {f"r:{line}" for line in range(20) if line != 7}
