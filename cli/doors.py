"""What every command does around its use case: open the store, show the answer."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer

from depgraph.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from depgraph.ports import Store
    from depgraph.usecases.answer import Answer
    from depgraph.usecases.opening import View


@contextmanager
def opened(address: str) -> Iterator[Store]:
    """Open the store that the option or the settings name, and close it whatever happens."""
    from depgraph.bootstrap import open_store
    from depgraph.settings import Settings

    settings = Settings()
    store = open_store(address or settings.store, settings)
    try:
        yield store
    finally:
        store.close()


def seen(store: Store, as_of: str, revision: int | None, min_confidence: float) -> View:
    """Return the graph in the store as the reading options ask to see it."""
    from depgraph.usecases.opening import Lens, open_view

    return open_view(store, Lens(as_of=as_of, revision=revision, min_confidence=min_confidence))


def show(
    answer: Answer[Any],
    row: type[object],
    *,
    as_json: bool,
    as_csv: bool,
    columns: Sequence[str] = (),
    keep: int = 2,
    title: str = "",
) -> None:
    """Show an answer the way that the user asked for."""
    if as_json and as_csv:
        raise UsageError("--json and --csv exclude each other: choose one")
    if as_json:
        from cli.output import write_json

        write_json(answer)
    elif as_csv:
        from cli.output import write_csv
        from depgraph.usecases.answer import captions

        write_csv(answer, list(captions(row)))
    else:
        from cli.tables import write_table

        write_table(answer, row, columns=columns, keep=keep, title=title)


def fail_if(highest: float, fail_over: float | None) -> None:
    """Exit with 1 if the highest upper bound is above what the user allows."""
    if fail_over is not None and highest > fail_over:
        say(f"depgraph: the highest upper bound is {highest:g}, above {fail_over:g}")
        raise typer.Exit(1)


def say(text: str) -> None:
    """Write a message for people to standard error."""
    sys.stderr.write(text + "\n")
