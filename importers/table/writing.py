"""A mapping as the file that people review: TOML, with a comment on each answer and each question."""

from __future__ import annotations

import re
from textwrap import wrap
from typing import TYPE_CHECKING, Any, Final

from importers.table.fields import BY_NAME, FIELDS
from importers.table.mapping import OPEN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importers.table.proposing import Proposal

_BARE: Final = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
_SECTIONS: Final = ("file", "table", *(field.name for field in FIELDS))
_SAID: Final = {
    "part": "the name of this table in the store: another mapping needs another one",
    "drop": "columns that are not read, on purpose",
    "file.sheet": "the sheet that is read",
    "file.encoding": "how its bytes become text: look whether names with accents are right",
    "file.delimiter": "what parts the cells of a row",
    "table.header": "the row of the header; several are joined",
    "table.totals": "rows of totals",
    "table.notes": "notes below the table",
    "table.single": "rows of which one cell is filled",
    "cost.period": "what the amounts are for",
    "cost.spread": "even: an amount for the whole term is spread over its days",
    "cost.unit": "each amount is multiplied by it",
    "cost.currency": "of amounts that show none",
    "order": "whether the day or the month stands first",
    "century": "of years of two digits",
    "decimal": "the sign before decimals",
    "fill": "whether what stands above holds on for a blank",
    "value": "the same for every row",
}


def written_map(proposal: Proposal) -> str:
    """Return the text of a mapping."""
    return "\n".join(_lines(proposal)).rstrip() + "\n"


def _lines(proposal: Proposal) -> Iterator[str]:
    values = proposal.told.values
    name = proposal.book.path.name
    count = len(proposal.questions)
    yield f"# How depgraph reads {_quiet(name)}: review it, then"
    yield f"#   depgraph import table {_quiet(name)} --map THIS-FILE --dry-run"
    if count:
        number = f"{count} answers are" if count > 1 else "1 answer is"
        yield f'# {number} open: replace each "{OPEN}". Nothing is imported before.'
    yield f"format = {values['format']}"
    yield from _answer(proposal, "part", "part")
    if "drop" in values:
        yield ""
        yield f"# {_SAID['drop']}"
        yield "drop = [" if values["drop"] else "drop = []"
        for column in values["drop"]:
            reason = proposal.dropped.get(column, "")
            yield f"  {_toml(column)}," + (f"  # {_quiet(reason)}" if reason else "")
        if values["drop"]:
            yield "]"
    for section in _SECTIONS:
        yield from _section(proposal, section)
    for code in sorted({name.split(".")[1] for name in values if name.startswith("rate.")}):
        yield ""
        yield f"[rate.{_key(code)}]"
        for what in ("eur", "date"):
            if f"rate.{code}.{what}" in values:
                yield from _answer(proposal, f"rate.{code}.{what}", what)


def _section(proposal: Proposal, section: str) -> Iterator[str]:
    values = proposal.told.values
    begin = f"{section}."
    keys = [name for name in values if name.startswith(begin)]
    if not keys:
        return
    words = [name for name in keys if name.startswith(f"{begin}words.")]
    yield ""
    if section in BY_NAME:
        yield f"# {BY_NAME[section].what}"
    yield f"[{section}]"
    for name in sorted(
        (name for name in keys if name not in words), key=lambda name: (not name.endswith("column"), name)
    ):
        yield from _answer(proposal, name, name.removeprefix(begin))
    if words:
        yield f"[{section}.words]"
        for name in words:
            yield from _answer(proposal, name, name.removeprefix(f"{begin}words."))


def _answer(proposal: Proposal, name: str, short: str) -> Iterator[str]:
    value = proposal.told.values[name]
    asked = next((question for question in proposal.questions if question.key == name), None)
    if asked:
        yield from wrap(_quiet(asked.text), 100, initial_indent="# OPEN: ", subsequent_indent="#   ")
        if asked.choices:
            yield from wrap(
                _quiet(", ".join(asked.choices)), 100, initial_indent="#   one of: ", subsequent_indent="#   "
            )
    said = proposal.why.get(name, "") or _SAID.get(name, "") or _SAID.get(short, "")
    yield f"{_key(short)} = {_toml(value)}" + (f"  # {_quiet(said)}" if said and not asked else "")


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _toml(name)


def _toml(value: Any) -> str:
    """Return a value as TOML."""
    if isinstance(value, str):
        return '"' + "".join(_ESCAPES.get(char) or _escaped(char) for char in value) + '"'
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    return str(value)


_ESCAPES: Final = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def _escaped(char: str) -> str:
    return char if char.isprintable() else f"\\U{ord(char):08x}"


def _quiet(written: str) -> str:
    """Return a text for a comment: one line, without what steers a terminal."""
    return "".join(char if char.isprintable() else " " for char in written)
