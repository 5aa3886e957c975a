"""What may be one is said at import, in the status and in the report."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from depgraph.ports import Given
from depgraph.stores.sqlite import SqliteStore
from depgraph.usecases.auditor.report import report_to_auditor
from depgraph.usecases.keeping.importing import ImportAnswer, import_source
from depgraph.usecases.keeping.status import describe_status
from depgraph.usecases.questions.lookalikes import MayBeOne, notes_on
from depgraph.usecases.view import open_view
from importers.register import SOURCE

ROWS = (
    "Town A,Centric Netherlands B.V.\nTown B,CENTRIC NETHERLANDS BV\nTown C,centric netherlands b.v.\n"
    "Town D,Centric\nTown E,Second\nTown F,Third\ntown f,Fourth\nTown G,Third\nTown H,Third\n"
)
SAID = (
    "'Centric Netherlands B.V.' (2), 'CENTRIC NETHERLANDS BV' (1), 'Centric' (1) may be one: 25.0 % of dependants for"
    " the largest alone, 50.0 % together (4)"
)


@pytest.fixture
def register(tmp_path: Path) -> Path:
    file = tmp_path / "needs.csv"
    file.write_text(f"dependent,provider\n{ROWS}", encoding="utf-8")
    return file


def _imported(store: SqliteStore, file: Path, *, dry_run: bool = False) -> ImportAnswer:
    return import_source(store, SOURCE, Given((file,)), today="2026-01-01", dry_run=dry_run)


def test_an_import_says_what_may_be_one_and_what_hangs_on_it(register: Path) -> None:
    with closing(SqliteStore(":memory:")) as store:
        answer = _imported(store, register)
    assert [(finding.level, finding.code, finding.message) for finding in answer.findings] == [
        ("note", "may-be-one", SAID)
    ]


def test_a_dry_run_names_them(register: Path) -> None:
    with closing(SqliteStore(":memory:")) as store:
        answer = _imported(store, register, dry_run=True)
    assert [finding.message for finding in answer.findings] == [
        "'CENTRIC NETHERLANDS BV', 'Centric', 'Centric Netherlands B.V.' may be one"
    ]


def test_status_and_report_say_so_too(register: Path) -> None:
    with closing(SqliteStore(":memory:")) as store:
        _imported(store, register)
        adds = describe_status(store).adds.may_be_one
        (reported,) = report_to_auditor(open_view(store)).may_be_one
    assert adds
    assert adds.groups == len(adds.rows) == 1
    assert reported == adds.rows[0]
    assert str(reported) == SAID
    assert (reported.share_apart, reported.share_together) == (0.25, 0.5)


def test_those_of_one_name_are_told_with_their_ids() -> None:
    ids, names = ("name:A", "kvk:12345678"), ("Bergen", "Bergen")
    assert str(MayBeOne(ids, names, (0, 0), 0, 0.0, 0.0)) == (
        "'Bergen' name:A, 'Bergen' kvk:12345678 may be one: nobody depends on them"
    )
    assert str(MayBeOne(ids, names, (1, 0), 1, 0.5, 0.5)).startswith("'Bergen' name:A (1), 'Bergen' kvk:12345678 (0)")


@pytest.mark.parametrize(
    ("ids", "told"),
    [
        (("lei:EXAMPLE0050000000133", "lei:EXAMPLE0030000000134"), []),
        (("lei:EXAMPLE0050000000133", "kvk:12345678"), [2]),
        (("lei:EXAMPLE0050000000133", "lei:EXAMPLE0030000000134", "name:Host"), [3]),
        (("name:Host", "name:Host BV"), [2]),
    ],
)
def test_those_with_numbers_of_their_own_in_one_register_are_several(ids: tuple[str, ...], told: list[int]) -> None:
    assert [finding.message.count("Host' ") for finding in notes_on(None, dict.fromkeys(ids, "Host"))] == told
