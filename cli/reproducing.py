"""The command line that gives an answer again: all that was asked, and what it was asked of."""

from __future__ import annotations

import shlex
from contextvars import ContextVar
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    import typer

    from depgraph.usecases.answer import Meta

running: ContextVar[typer.Context | None] = ContextVar("running", default=None)
"""The command that is being run, and what it was given."""

_FORMS: Final = ("json", "csv")
"""Options that change how an answer looks, and not what it says."""

_FIXED: Final = ("store", "as_of", "revision")
"""Options that are written out whether or not they were given: what they stand for changes with time."""


def command_line(meta: Meta) -> str:
    """Return the command line that is being run, complete and quoted for a shell; empty outside of one.

    Paths and the address of the store stand there as they were given.
    """
    context = running.get()
    if context is None:
        return ""
    return shlex.join([*context.command_path.split(), *_words(context, meta)])


def _words(context: typer.Context, meta: Meta) -> Iterator[str]:
    """Yield the options and then the arguments, before which `--` stands where one begins with a hyphen."""
    arguments: list[str] = []
    for parameter in context.command.params:
        name, value = parameter.name or "", context.params.get(parameter.name or "")
        if name in (*_FORMS, *_FIXED) or value is None or value == parameter.get_default(context):
            continue
        values = [str(each) for each in value] if isinstance(value, list | tuple) else [str(value)]
        if parameter.param_type_name == "argument":
            arguments += values
        elif isinstance(value, bool):
            yield parameter.opts[0]
        else:
            for each in values:
                yield from (parameter.opts[0], each)
    if meta.as_of:
        yield from ("--as-of", meta.as_of, "--revision", str(meta.revision))
    yield from ("--store", _store(context))
    if any(argument.startswith("-") for argument in arguments):
        yield "--"
    yield from arguments


def _store(context: typer.Context) -> str:
    from depgraph.settings import Settings

    return str(context.params.get("store") or Settings().store)
