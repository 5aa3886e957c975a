"""The command line that gives an answer again: all that was asked, and what it was asked of."""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING, Final

from depgraph.usecases.reproducing import command_line as joined
from depgraph.usecases.reproducing import moments_of

if TYPE_CHECKING:
    from collections.abc import Collection

    import typer

    from depgraph.usecases.answer import Meta

running: ContextVar[typer.Context | None] = ContextVar("running", default=None)
"""The command that is being run, and what it was given."""

_FORMS: Final = ("json", "csv", "scheduler", "insecure_scheduler")
"""Options that change how an answer looks or who works it out, and not what it says."""

_FIXED: Final = ("store", "as_of", "revision")
"""Options that are written out whether or not they were given: what they stand for changes with time."""


def command_line(meta: Meta[object]) -> str:
    """Return the command line that is being run, complete and quoted for a shell; empty outside of one.

    Paths and the address of the store stand there as they were given.
    """
    context = running.get()
    if context is None:
        return ""
    arguments, options = _given(context, (*_FIXED, *moments_of(meta)))
    return joined(context.command_path.split(), options, arguments, meta, _store(context))


def _given(context: typer.Context, fixed: Collection[str]) -> tuple[list[str], list[str]]:
    """Return the arguments, and the options that are not as they are by default, without those that are `fixed`."""
    arguments: list[str] = []
    options: list[str] = []
    for parameter in context.command.params:
        name, value = parameter.name or "", context.params.get(parameter.name or "")
        if name in (*_FORMS, *fixed) or value is None or value == parameter.get_default(context):
            continue
        values = [str(each) for each in value] if isinstance(value, list | tuple) else [str(value)]
        if parameter.param_type_name == "argument":
            arguments += values
        elif isinstance(value, bool):
            options.append(parameter.opts[0])
        else:
            options += [word for each in values for word in (parameter.opts[0], each)]
    return arguments, options


def _store(context: typer.Context) -> str:
    from depgraph.settings import Settings

    return str(context.params.get("store") or Settings().store)
