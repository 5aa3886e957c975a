"""The commands of `depgraph`, from all files of them."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

import depgraph
from cli import (
    auditing,
    clearing,
    cut_sets,
    diff,
    explaining,
    find,
    gaps,
    importing,
    mapping,
    matching,
    outages,
    ranking,
    reporting,
    resolving,
    sampling,
    serving,
    simulate,
    store,
    tracing,
    trend,
    watch,
    what_if,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


class UnreadError(Exception):
    """Whoever reads the answer has gone."""


class _Commands(TyperGroup):
    """Commands that leave it to `main` how they end: typer has codes of its own for interrupts and closed pipes."""

    def make_context(self, *given: Any, **more: Any) -> Any:
        """Read the command line."""
        with _left_to_main():
            return super().make_context(*given, **more)

    def invoke(self, ctx: Any) -> Any:
        """Run a command."""
        with _left_to_main():
            return super().invoke(ctx)


@contextmanager
def _left_to_main() -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        raise typer.Abort from None
    except BrokenPipeError:
        raise UnreadError from None


app = typer.Typer(
    name="depgraph",
    cls=_Commands,
    help=(
        "Who depends on which ICT supplier, what falls if one falls, and how sure that is.\n\n"
        "Start with 'depgraph demo'. Every number is an interval where something is not known, and leads back to file"
        " and line; --json and --csv give the same rows to scripts."
    ),
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)

for register in (
    importing,
    mapping,
    matching,
    sampling,
    find,
    ranking,
    gaps,
    cut_sets,
    outages,
    simulate,
    what_if,
    diff,
    trend,
    watch,
    explaining,
    resolving,
    reporting,
    tracing,
    clearing,
    serving,
    auditing,
    store,
):
    register.add_to(app)


def _show_version(value: bool) -> None:
    if value:
        typer.echo(f"depgraph {depgraph.__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show it.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show a traceback with an error.")] = False,
) -> None:
    """Take the options that come before a command."""
