"""The command `depgraph`: its commands, and how errors become one line and an exit code."""

from __future__ import annotations

import errno
import os
import sys
import traceback
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from typer.core import TyperGroup

import depgraph
from cli import chance, changes, combinations, exploring, gaps, importing, keeping, outages, ranking, reporting, serving
from depgraph.errors import DepgraphError, UsageError

_NO_ROOM: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)


class _UnreadError(Exception):
    """Whoever reads the answer has gone."""


class _Commands(TyperGroup):
    """Commands that leave it to `main` how they end: typer has codes of its own for interrupts and closed pipes."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise typer.Abort from None
        except BrokenPipeError:
            raise _UnreadError from None


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
    for stream in ("stdout", "stderr"):
        if getattr(sys, stream) is None:
            # Closed by whoever started us (`>&-`): nobody reads it.
            setattr(sys, stream, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - as long as we run
    try:
        code = app(
            [argument for argument in given if argument != "--debug"], prog_name="depgraph", standalone_mode=False
        )
        sys.stdout.flush()
    except typer.TyperException as error:
        code = _usage(error)
    except DepgraphError as error:
        _say(error, debug=debug, text=str(error))
        code = error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        _line("interrupted: nothing was left half-done")
        code = 130
    except (_UnreadError, BrokenPipeError):
        # `| head`: nothing more to say.
        _write_no_more()
        code = 0
    except OSError as error:
        code = _failed(error, debug=debug)
    except Exception as error:  # noqa: BLE001 - the last line of defence: a fault of ours is told as one
        code = _fault(error, debug=debug)
    sys.exit(code or 0)


def _failed(error: OSError, *, debug: bool) -> int:
    """Tell why the system refused; only where an answer is written it is no fault of ours."""
    if error.errno not in _NO_ROOM or error.filename is not None:
        return _fault(error, debug=debug)
    _write_no_more()
    _say(error, debug=debug, text=f"the answer cannot be written ({error.strerror}): write it elsewhere")
    return UsageError.exit_code


def _write_no_more() -> None:
    """Let what is left of the answer go nowhere, also at the end of the process."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _usage(error: typer.TyperException) -> int:
    context = getattr(error, "ctx", None)
    if type(error).__name__ == "NoArgsIsHelpError":
        typer.echo(context.get_help() if context else "")
        return 2
    command = context.command_path if context else "depgraph"
    # A choice is checked by pydantic, which says so.
    _line(f"{error.format_message().replace('Value error, ', '')} (see {command} --help)")
    return 2


def _fault(error: Exception, *, debug: bool) -> int:
    _say(error, debug=debug, text=f"a fault of depgraph ({type(error).__name__}); run again with --debug: {error}")
    return DepgraphError.exit_code


def _say(error: Exception, *, debug: bool, text: str) -> None:
    if debug:
        traceback.print_exception(error)
    _line(text)


def _line(text: str) -> None:
    sys.stderr.write("depgraph: " + " ".join(text.split()) + "\n")


if __name__ == "__main__":
    main()
