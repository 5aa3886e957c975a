"""Work that takes long: a bar where somebody looks, and an end for those who have waited enough."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from depgraph.usecases.answer import Answer


@contextmanager
def bar(title: str) -> Iterator[Callable[[int, int], None] | None]:
    """Show how much is done of all, on standard error, where that is a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.progress import Progress

    from cli.tables import console

    with Progress(console=console(to_error=True), transient=True) as progress:
        task = progress.add_task(title, total=None)
        yield lambda done, asked: progress.update(task, completed=done, total=asked)


def end_if_interrupted(answer: Answer[Any, object]) -> None:
    """Exit with 130 after a partial answer, and say on standard error what it holds for."""
    if answer.interrupted:
        from cli.session import say

        say(f"depgraph: {answer.meta.partial}")
        raise typer.Exit(130)
