"""Options that come together: said once as a dataclass, taken by a command as one value."""

from __future__ import annotations

from dataclasses import MISSING, fields, is_dataclass
from functools import wraps
from inspect import Parameter, Signature, signature
from typing import TYPE_CHECKING, Any, Final

import typer

from cli.reproducing import running

if TYPE_CHECKING:
    from collections.abc import Callable


_CONTEXT: Final = "running"
"""The parameter by which Typer hands over what it is running."""


def grouped(command: Callable[..., None]) -> Callable[..., None]:
    """Return a command for Typer: each parameter that is a dataclass stands for the options that are its fields."""
    taken = signature(command, eval_str=True).parameters.values()
    kinds: dict[str, Callable[..., Any]] = {each.name: each.annotation for each in taken}
    options = {name: _options(kind) for name, kind in kinds.items() if is_dataclass(kind)}

    @wraps(command)
    def run(**given: Any) -> None:
        running.set(given.pop(_CONTEXT))
        made = {name: kinds[name](**{each: given.pop(each) for each in group}) for name, group in options.items()}
        command(**given, **made)

    context = Parameter(_CONTEXT, Parameter.KEYWORD_ONLY, annotation=typer.Context)
    shown = [option for each in taken for option in options.get(each.name, {each.name: each}).values()]
    run.__signature__ = Signature([*shown, context])  # type: ignore[attr-defined]  # what inspect, and so Typer, reads
    return run


def _options(kind: Any) -> dict[str, Parameter]:
    """Return the fields of a dataclass as parameters; one that is made anew each time has such a one as its default."""
    made = {each.name: each.default_factory() for each in fields(kind) if each.default_factory is not MISSING}
    return {
        name: each.replace(default=made[name]) if name in made else each
        for name, each in signature(kind, eval_str=True).parameters.items()
    }
