"""The commands of `depgraph`, from all files of them."""

from __future__ import annotations

from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from typer.core import TyperGroup

import depgraph

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

FILES: Final = {
    "importing": ("demo", "sources", "import"),
    "mapping": ("map",),
    "matching": ("match",),
    "sampling": ("sample",),
    "find": ("find", "show", "needs", "paths"),
    "ranking": ("concentration", "spof", "blast", "centrality"),
    "gaps": ("gaps",),
    "cut_sets": ("cutsets", "pairs"),
    "outages": ("outage",),
    "simulate": ("simulate", "importance"),
    "what_if": ("what-if",),
    "diff": ("diff",),
    "trend": ("trend",),
    "watch": ("watch",),
    "explaining": ("explain",),
    "resolving": ("resolve",),
    "reporting": ("check", "report", "verify"),
    "tracing": ("trace",),
    "clearing": ("clearing",),
    "serving": ("serve", "keys"),
    "auditing": ("audit",),
    "store": ("status", "prune", "forget", "revert", "copy", "export", "doctor"),
}
"""Files of this room, and the commands that each adds, in the order of the help, in which groups come last."""


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


def app_for(words: Sequence[str] = ()) -> typer.Typer:
    """Return the command with the file that has the command which comes first in `words`, or else with all files.

    Each command is read with all its options, which takes longer than most have to do: a tenth of a second for all.
    """
    app = typer.Typer(
        name="depgraph",
        cls=_Commands,
        help=(
            "Who depends on which ICT supplier, what falls if one falls, and how sure that is.\n\n"
            "Start with 'depgraph demo'. Every number is an interval where something is not known, and leads back to"
            " file and line; --json and --csv give the same rows to scripts."
        ),
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    )
    app.callback()(options)
    wanted = [file for file, commands in FILES.items() if words and words[0] in commands]
    for file in wanted or FILES:
        import_module(f"cli.{file}").add_to(app)
    return app


def _show_version(value: bool) -> None:
    if value:
        typer.echo(f"depgraph {depgraph.__version__}")
        raise typer.Exit


def options(
    version: Annotated[bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show it.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show a traceback with an error.")] = False,
) -> None:
    """Take the options that come before a command."""
