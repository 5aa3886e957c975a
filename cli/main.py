"""The command `depgraph`: how whatever happens becomes one line and an exit code."""

from __future__ import annotations

import errno
import gc
import os
import sys
from io import TextIOWrapper
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import typer

_YOUNG: Final = 250_000
"""New objects after which the collector looks for garbage: what a command imports is fewer, and none."""

_NO_ROOM: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)


def main(arguments: list[str] | None = None) -> None:
    """Run a command and exit with its code (0, 1, 2, 3, 4, 5, 70 or 130); without arguments this process is one."""
    ours = arguments is None
    if ours:
        gc.set_threshold(_YOUNG)
    try:
        code = _run(sys.argv[1:] if arguments is None else arguments)
    except KeyboardInterrupt:
        # Also while the commands are imported: nothing of weight is before this function is called.
        _line("interrupted: nothing was left half-done")
        code = 130
    finally:
        if ours:
            # What is left goes with the process: Python need not look for garbage in it on its way out, whichever
            # way that is. A server that is told to end leaves by SystemExit.
            gc.freeze()
    sys.exit(code)


def _run(given: list[str]) -> int:
    """Run a command and return its code."""
    _open_closed_streams()
    _escape_what_cannot_be_encoded()
    import typer

    from cli.commands import UnreadError, app_for
    from cli.progress import show_compiling
    from depgraph.errors import DepgraphError
    from depgraph.usecases.compiling import leave_out_matrices

    debug = "--debug" in given
    show_compiling()
    leave_out_matrices()
    try:
        words = [_read(argument) for argument in given if argument != "--debug"]
        code = app_for(words)(words, prog_name="depgraph", standalone_mode=False)
        sys.stdout.flush()
    except typer.TyperException as error:
        return _usage(error)
    except DepgraphError as error:
        _say(error, debug=debug, text=str(error))
        return error.exit_code
    except typer.Abort:
        raise KeyboardInterrupt from None
    except (UnreadError, BrokenPipeError):
        # `| head`: nothing more to say.
        _write_no_more()
        return 0
    except OSError as error:
        return _failed(error, debug=debug)
    except Exception as error:  # noqa: BLE001 - the last line of defence: a fault of ours is told as one
        return _fault(error, debug=debug)
    return code or 0


def _open_closed_streams() -> None:
    """Let what goes to a stream go nowhere that whoever started us has closed (`>&-`): nobody reads it."""
    for stream in ("stdout", "stderr"):
        if getattr(sys, stream) is None:
            from pathlib import Path

            setattr(sys, stream, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - as long as we run


def _escape_what_cannot_be_encoded() -> None:
    """Let a character that the encoding of a stream does not have be written as an escape, as errors are."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _read(argument: str) -> str:
    """Return an argument as the text that was written, whatever encoding the system believes in."""
    from depgraph.errors import UsageError
    from depgraph.usecases.legible import is_control

    try:
        text = os.fsencode(argument).decode("utf-8")
    except UnicodeError:
        raise UsageError(f"the argument {argument!a} is not UTF-8: write it in UTF-8") from None
    for character in filter(is_control, text):
        raise UsageError(f"the argument {text!a} has a control character (U+{ord(character):04X}): take it out")
    return text


def _failed(error: OSError, *, debug: bool) -> int:
    """Tell why the system refused; only where an answer is written it is no fault of ours."""
    if error.errno not in _NO_ROOM or error.filename is not None:
        return _fault(error, debug=debug)
    from depgraph.errors import UsageError

    _write_no_more()
    _say(error, debug=debug, text=f"the answer cannot be written ({error.strerror}): write it elsewhere")
    return UsageError.exit_code


def _write_no_more() -> None:
    """Let what is left of the answer go nowhere, also at the end of the process."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _usage(error: typer.TyperException) -> int:
    context = getattr(error, "ctx", None)
    if type(error).__name__ == "NoArgsIsHelpError":
        sys.stdout.write(f"{context.get_help() if context else ''}\n")
        return 2
    command = context.command_path if context else "depgraph"
    # A choice is checked by pydantic, which says so.
    _line(f"{error.format_message().replace('Value error, ', '')} (see {command} --help)")
    return 2


def _fault(error: Exception, *, debug: bool) -> int:
    from depgraph.errors import DepgraphError

    text = f"a fault of depgraph ({type(error).__name__}); run again with --debug: {error}"
    if isinstance(error, MemoryError):
        text = "this machine has not enough memory for it: ask for less, or use a larger one"
    _say(error, debug=debug, text=text)
    return DepgraphError.exit_code


def _say(error: Exception, *, debug: bool, text: str) -> None:
    if debug:
        import traceback

        traceback.print_exception(error)
    _line(text)


def _line(text: str) -> None:
    from depgraph.usecases.legible import legible

    sys.stderr.write(legible("depgraph: " + " ".join(text.split())) + "\n")


if __name__ == "__main__":
    main()
