"""The command line that gives an answer again: all that was asked, and as the store was when."""

from __future__ import annotations

import shlex
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from depgraph.usecases.answer import Meta

_ARGUMENTS: Final = ("text", "id", "ids", "from", "to", "supplier", "ref")
"""Parameters that a command takes without the name of an option."""

_AS_OPTIONS: Final = {"trend": ("id",)}
"""Those of them that a command takes as an option."""

_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})

_FOLLOWS: Final = "seen_by"
"""A parameter that no option gives: it follows from the command."""

_TEXTS: Final = ("scenario", "probabilities")
"""Parameters that a command takes as a file or as the text itself, and an answer names by what the file is called."""

_OF_MOMENTS: Final = ("diff", "watch")
"""Commands that name their dates and revisions themselves."""

_OF_MANY: Final = "trend"
"""A command that goes from one moment to another, and without them over all that there are."""

_CALLED: Final = {"nodes": "find"}
"""What a command is called whose answer is called otherwise."""

_LIST: Final = "match"
"""A command whose argument is a list, which no parameter tells."""

_LONGEST: Final = 100_000
"""Bytes of an argument that a system takes for certain: Linux has room for 131,071."""


def command_line(
    command: Sequence[str], options: Iterable[str], arguments: Sequence[str], meta: Meta[object], store: str = ""
) -> str:
    """Return a command line quoted for a shell, with the date and the revision of the answer; `store` where it is told.

    Before the arguments stands `--` where one of them begins with a hyphen.
    """
    words = [*command, *options]
    for name, value in moments_of(meta).items():
        words += [_option(name), value]
    if store:
        words += ["--store", store]
    if any(argument.startswith("-") for argument in arguments):
        words.append("--")
    return shlex.join([*words, *arguments])


def moments_of(meta: Meta[object]) -> Mapping[str, str]:
    """Return the options that fix of when an answer is, whatever is imported later; some questions name moments."""
    if meta.command == _OF_MANY:
        return {name: str(meta.parameters[name]) for name in ("begin", "end")}
    if not meta.as_of or meta.command in _OF_MOMENTS:
        return {}
    return {"as_of": meta.as_of, "revision": str(meta.revision)}


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def asked_again(meta: Meta[object], written: Mapping[str, str] = _NOTHING) -> str:
    """Return the command line that gives an answer which no command gave, from a store that the reader knows.

    Every option is written out, since other doors have other defaults; `written` holds what a question wrote out as
    JSON: scenario, probabilities, names. Empty where that is longer than an argument may be.
    """
    if any(len(text.encode()) > _LONGEST for text in written.values()):
        return ""
    arguments = [word for name in _arguments_of(meta.command) for word in _words(meta.parameters.get(name))]
    if meta.command == _LIST:
        arguments.append(written["names"])
    options = _options(replace(meta, parameters={**meta.parameters, **_told(meta, written)}))
    return command_line(["depgraph", _CALLED.get(meta.command, meta.command)], options, arguments, meta)


def _told(meta: Meta[object], written: Mapping[str, str]) -> Mapping[str, object]:
    """Return what an answer names, as the question wrote it out; of a list there is no option."""
    texts = {name: written[name] for name in _TEXTS if name in meta.parameters and name in written}
    return {**texts, **({"names": None} if meta.command == _LIST else {})}


def _arguments_of(command: str) -> list[str]:
    return [name for name in _ARGUMENTS if name not in _AS_OPTIONS.get(command, ())]


def _options(meta: Meta[object]) -> Iterator[str]:
    for name, value in meta.parameters.items():
        option = _option(name)
        if name in (*_arguments_of(meta.command), _FOLLOWS, *moments_of(meta)) or value is False:
            continue
        if value is True:
            yield option
        else:
            for word in _words(value):
                yield from (option, word)


def _words(value: object) -> list[str]:
    if value is None:
        return []
    return [str(each) for each in value] if isinstance(value, list | tuple) else [str(value)]
