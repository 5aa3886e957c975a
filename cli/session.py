"""What every command does around its use case: open the store, show the answer."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from math import isnan
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cli.options import Cluster, Form, Looking, Reading
    from depgraph.ports import Store
    from depgraph.usecases.answer import Answer
    from depgraph.usecases.view import Lens, View
    from depgraph.usecases.viewers import Viewer


@contextmanager
def opened(address: str, *, new: bool = False) -> Iterator[Store]:
    """Open the store that the option or the settings name, and close it whatever happens; `new` if it may be one."""
    from depgraph.bootstrap import open_named
    from depgraph.settings import Settings

    store = open_named(address, Settings(), new=new, tell=lambda line: say(f"depgraph: {line}"))
    try:
        yield store
    finally:
        store.close()


@contextmanager
def looked_at(address: str, seen_as: Sequence[str] | None) -> Iterator[Store]:
    """Open a store for reading, as somebody sees it if a role is given."""
    from depgraph.usecases.visible import visible_to

    seen_by = viewer(seen_as)
    with opened(address) as store:
        yield visible_to(store, seen_by)


def viewer(seen_as: Sequence[str] | None) -> Viewer | None:
    """Return as whom the store is looked at; None is its keeper."""
    from depgraph.usecases.viewers import viewer_of

    return viewer_of(seen_as) if seen_as else None


@contextmanager
def blocks_worked_out(cluster: Cluster) -> Iterator[None]:
    """Have blocks worked out where the options or the settings say."""
    from depgraph.bootstrap import blocks_on
    from depgraph.settings import Settings

    with blocks_on(
        cluster.scheduler, Settings(), insecure=cluster.insecure_scheduler, tell=lambda line: say(f"depgraph: {line}")
    ):
        yield


def address_of(given: str) -> str:
    """Return the address of the store that the option or the settings name."""
    from depgraph.settings import Settings

    return given or Settings().store


def seen(store: Store, reading: Reading) -> View:
    """Return the graph in the store as the reading options ask to see it."""
    from depgraph.usecases.view import open_view

    return open_view(store, lens(reading))


@contextmanager
def viewed(reading: Reading) -> Iterator[View]:
    """Open the store and look at it as the reading options ask."""
    with looked_at(reading.store, reading.seen_as) as store:
        yield seen(store, reading)


def lens(reading: Looking) -> Lens:
    """Return the reading options as use cases know them."""
    from cli.options import Reading
    from depgraph.usecases.view import Lens

    return Lens(
        as_of=reading.as_of,
        revision=reading.revision if isinstance(reading, Reading) else None,
        min_confidence=reading.min_confidence,
        accept=reading.accept,
        tested_since=reading.tested_since,
        scope=reading.scope,
        resolution=reading.resolution,
        viewer=viewer(reading.seen_as),
    )


def show(
    answer: Answer[Any, object],
    row: type[object],
    form: Form,
    *,
    columns: Sequence[str] = (),
    keep: int = 2,
    title: str = "",
    most: int = 0,
) -> None:
    """Show an answer the way that the user asked for; a table has the first `most` rows, 0 is all."""
    if form.json:
        from cli.output import write_json

        write_json(answer)
    elif form.csv:
        from cli.output import write_csv
        from depgraph.usecases.answer import captions

        write_csv(answer, list(captions(row)))
        if answer.meta.partial and not answer.interrupted:
            say(f"depgraph: {answer.meta.partial}")
    else:
        from cli.tables import write_table

        write_table(answer, row, columns=columns, keep=keep, title=title, most=most)


def fail_if(highest: float, fail_over: float | None, unmeasured: str = "") -> None:
    """Exit with 1 unless the highest upper bound is at most what the user allows; what is no number never is.

    `unmeasured` says why it is no number.
    """
    if fail_over is not None and not highest <= fail_over:
        said = (
            "is not a number, so that nothing shows that it is at most" if isnan(highest) else f"is {highest:g}, above"
        )
        why = f": {unmeasured}" if unmeasured else ""
        say(f"depgraph: the highest upper bound {said} {fail_over:g}{why}")
        raise typer.Exit(1)


def say(text: str) -> None:
    """Write a message for people to standard error."""
    from depgraph.usecases.legible import legible

    sys.stderr.write(legible(text) + "\n")
