"""The command `depgraph`: its commands, and how errors become one line and an exit code."""

from __future__ import annotations

import os
import sys
import traceback
from typing import Annotated

import typer

import depgraph
from cli import chance, changes, combinations, exploring, gaps, importing, keeping, outages, ranking, reporting, serving
from depgraph.errors import DepgraphError

app = typer.Typer(
    name="depgraph",
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
    exploring,
    ranking,
    gaps,
    combinations,
    outages,
    chance,
    changes,
    reporting,
    serving,
    keeping,
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


def main(arguments: list[str] | None = None) -> None:
    """Run a command and exit with its code (0, 1, 2, 3, 4, 5, 70 or 130)."""
    given = sys.argv[1:] if arguments is None else arguments
    debug = "--debug" in given
    try:
        code = app(
            [argument for argument in given if argument != "--debug"], prog_name="depgraph", standalone_mode=False
        )
        sys.stdout.flush()
    except typer.TyperException as error:
        code = _usage(error)
    except DepgraphError as error:
        _say(error, debug=debug)
        code = error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        _line("interrupted: nothing was left half-done")
        code = 130
    except BrokenPipeError:
        # The reader has gone (`| head`): nothing more to say, and nothing to flush into.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except Exception as error:  # noqa: BLE001 - the last line of defence: a fault of ours is told as one
        _say(error, debug=debug, prefix=f"a fault of depgraph ({type(error).__name__}); run again with --debug: ")
        code = DepgraphError.exit_code
    sys.exit(code or 0)


def _usage(error: typer.TyperException) -> int:
    context = getattr(error, "ctx", None)
    if type(error).__name__ == "NoArgsIsHelpError":
        typer.echo(context.get_help() if context else "")
        return 2
    command = context.command_path if context else "depgraph"
    _line(f"{error.format_message()} (see {command} --help)")
    return 2


def _say(error: Exception, *, debug: bool, prefix: str = "") -> None:
    if debug:
        traceback.print_exception(error)
    _line(prefix + str(error))


def _line(text: str) -> None:
    sys.stderr.write("depgraph: " + " ".join(text.split()) + "\n")


if __name__ == "__main__":
    main()
