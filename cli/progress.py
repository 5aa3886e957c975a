"""Work that takes long: a bar where somebody looks, and an end for those who have waited enough."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from depgraph.usecases.answer import Answer

_BARS: Final[list[Callable[[str], None]]] = []
"""Those that are shown, each as what says something else beside it."""


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
        _BARS.append(lambda text: progress.update(task, description=text or title))
        try:
            yield lambda done, asked: progress.update(task, completed=done, total=asked)
        finally:
            _BARS.pop()


def show_compiling() -> None:
    """Say on standard error, where that is a terminal, which kernel is being compiled: in a line that goes again."""
    if not sys.stderr.isatty():
        return
    from depgraph.usecases.compiling import tell_compiling

    tell_compiling(_show_compiling)


def _show_compiling(kernel: str, number: int, most: int) -> None:
    text = f"first use: compiling {kernel}, {number} of at most {most}" if kernel else ""
    if _BARS:
        _BARS[-1](text)
    else:
        sys.stderr.write(f"\r\x1b[K{text}")
        sys.stderr.flush()


def end_if_interrupted(answer: Answer[Any, object]) -> None:
    """Exit with 130 after a partial answer, and say on standard error what it holds for."""
    if answer.interrupted:
        from cli.session import say

        say(f"depgraph: {answer.meta.partial}")
        raise typer.Exit(130)
