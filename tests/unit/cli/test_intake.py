"""An import that is interrupted says whether anything was stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import typer

from cli.intake import Intake, take_in
from cli.options import Form
from depgraph.stores.sqlite import SqliteStore

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from depgraph.model import Facts, Import
    from depgraph.ports import Imported


class LateStore(SqliteStore):
    """A store in which the interrupt comes when all is stored."""

    def replace(self, run: Import, facts: Iterable[Facts], **more: Any) -> Imported:
        super().replace(run, facts, **more)
        raise KeyboardInterrupt


class EarlyStore(SqliteStore):
    """A store in which the interrupt comes before anything is."""

    def replace(self, run: Import, facts: Iterable[Facts], **more: Any) -> Imported:
        del run, facts, more
        raise KeyboardInterrupt


@pytest.fixture
def intake(tmp_path: Path) -> Intake:
    (tmp_path / "needs.csv").write_text("dependent,provider\na,b\n", encoding="utf-8")
    return Intake(source="register", paths=(tmp_path / "needs.csv",), today="2026-01-01")


def test_after_the_last_moment_it_says_that_all_was_stored(
    intake: Intake, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = LateStore(tmp_path / "facts.sqlite")
    with pytest.raises(typer.Exit) as ended:
        take_in(store, intake, address=str(tmp_path / "facts.sqlite"), findings_file=None, form=Form())
    store.close()
    assert ended.value.exit_code == 130
    assert capsys.readouterr().err == "depgraph: interrupted, but all of it was stored already, as revision 1\n"


def test_before_it_nothing_is_said_here(intake: Intake, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = EarlyStore(tmp_path / "facts.sqlite")
    with pytest.raises(KeyboardInterrupt):
        take_in(store, intake, address=str(tmp_path / "facts.sqlite"), findings_file=None, form=Form())
    store.close()
    assert capsys.readouterr().err == ""
