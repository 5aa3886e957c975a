"""The command line that gives an answer again: all that was asked, and as the store was when."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from depgraph.usecases.answer import Meta

_ARGUMENTS: Final = ("text", "id", "ids", "from", "to", "supplier", "ref")
"""Parameters that a command takes without the name of an option."""

_AS_OPTIONS: Final = {"trend": ("id",)}
"""Those of them that a command takes as an option."""

_FOLLOWS: Final = "seen_by"
"""A parameter that no option gives: it follows from the command."""

_TEXTS: Final = ("scenario", "probabilities")
"""Parameters that a command takes as a file, and a query as the text itself, of which no command line tells."""

_OF_MOMENTS: Final = ("diff", "trend", "watch")
"""Commands that name their dates and revisions themselves."""

_NO_COMMANDS: Final = ("nodes", "needs", "match")
"""Questions that no command asks, and one whose command reads a file, where a query holds the names themselves."""


def command_line(
    command: Sequence[str], options: Iterable[str], arguments: Sequence[str], meta: Meta[object], store: str = ""
) -> str:
    """Return a command line quoted for a shell, with the date and the revision of the answer; `store` where it is told.

    Before the arguments stands `--` where one of them begins with a hyphen.
    """
    words = [*command, *options]
    if fixes_moment(meta):
        words += ["--as-of", meta.as_of, "--revision", str(meta.revision)]
    if store:
        words += ["--store", store]
    if any(argument.startswith("-") for argument in arguments):
        words.append("--")
    return shlex.join([*words, *arguments])


def fixes_moment(meta: Meta[object]) -> bool:
    """Return whether the date and the revision of an answer fix what it was made of; some questions name moments."""
    return bool(meta.as_of) and meta.command not in _OF_MOMENTS


def asked_again(meta: Meta[object]) -> str:
    """Return the command line that gives an answer which no command gave, from a store that the reader knows.

    Every option is written out, since other doors have other defaults. Empty where no command line tells it all.
    """
    if meta.command in _NO_COMMANDS or any(name in meta.parameters for name in _TEXTS):
        return ""
    arguments = [word for name in _arguments_of(meta.command) for word in _words(meta.parameters.get(name))]
    return command_line(["depgraph", meta.command], _options(meta), arguments, meta)


def _arguments_of(command: str) -> list[str]:
    return [name for name in _ARGUMENTS if name not in _AS_OPTIONS.get(command, ())]


def _options(meta: Meta[object]) -> Iterator[str]:
    for name, value in meta.parameters.items():
        option = f"--{name.replace('_', '-')}"
        if name in (*_arguments_of(meta.command), _FOLLOWS) or value is False:
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
