"""`TableMap`: how one table is read, as the file that people review says it."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from depgraph.errors import InputError, MissingPathError, UsageError
from depgraph.model import Finding, Level
from importers.readers.faults import fault
from importers.readers.grids.separated import DELIMITERS, ENCODINGS
from importers.readers.values import printable
from importers.table.fields import BY_NAME, NAMED, SEPARATORS, Form

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

OPEN: Final = "?"
"""What stands in a mapping in place of an answer that is still open."""

FORMAT: Final = 1
MAX_BYTES: Final = 1 << 20
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class TableMap:
    """The answers of a mapping.

    Attributes
    ----------
    values : mapping
        Key, as in ``cost.period``, -> its value; keys of words and currencies have one part more.
    label : str
        What findings about it call it.

    """

    values: Mapping[str, Any] = field(default_factory=dict)
    label: str = ""

    def text(self, key: str) -> str:
        """Return the answer to a key, empty where it is open or not there."""
        value = self.values.get(key)
        return "" if value is None or value == OPEN else str(value)

    def get(self, key: str) -> Any:
        """Return the answer to a key, None where it is open or not there."""
        value = self.values.get(key)
        return None if value == OPEN else value

    def words(self, name: str) -> dict[str, Any]:
        """Return text of a cell -> what it means, for one field; those that are open are left out."""
        begin = f"{name}.words."
        return {
            key.removeprefix(begin): value
            for key, value in self.values.items()
            if key.startswith(begin) and value != OPEN
        }

    def with_values(self, more: Mapping[str, Any]) -> TableMap:
        """Return the same with some answers more, or others."""
        return TableMap({**self.values, **more}, self.label)


def _one_of(*words: str) -> Callable[[Any], str]:
    return lambda value: "" if value in words else f"is not known: use {' or '.join(words)}"


def _text(value: Any) -> str:
    return "" if isinstance(value, str) and value.strip() else "must be a text"


def _texts(value: Any) -> str:
    good = isinstance(value, list) and all(isinstance(one, str) for one in value)
    return "" if good else 'must be a list of texts, such as ["A", "B"]'


def _positive(value: Any) -> str:
    good = isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 10**9
    return "" if good else "must be a number above 0"


def _rows(value: Any) -> str:
    numbers = value if isinstance(value, list) else [value]
    good = numbers and all(isinstance(one, int) and not isinstance(one, bool) and one > 0 for one in numbers)
    return "" if good and numbers == sorted(numbers) else "must be the number of a row, or of several, such as [3, 4]"


def _separators(value: Any) -> str:
    words = value.split() if isinstance(value, str) else []
    good = words == ["none"] or (words and all(word in SEPARATORS for word in words))
    return "" if good else f"must be none, or some of: {' '.join(SEPARATORS)}"


def _word(value: Any) -> str:
    good = isinstance(value, str | int | float) and not isinstance(value, bool)
    return "" if good else "must be a number or a text"


def _date(value: Any) -> str:
    return "" if _DAY.fullmatch(str(value)) else "must be a date, such as 2025-12-31"


def _format(value: Any) -> str:
    return "" if value == FORMAT else f"is not {FORMAT}, the form of mappings that this depgraph reads"


_FIXED: Final[Mapping[str, Callable[[Any], str]]] = {
    "format": _format,
    "part": _text,
    "drop": _texts,
    "file.sheet": _text,
    "file.encoding": _one_of(*ENCODINGS),
    "file.delimiter": _one_of(*DELIMITERS),
    "table.header": _rows,
    "table.totals": _one_of("drop", "keep"),
    "table.notes": _one_of("drop", "keep"),
    "table.single": _one_of("drop", "keep", "dependent"),
    **{f"{name}.separators": _separators for name in NAMED},
    **{f"{name}.whole": _texts for name in NAMED},
    "dependent.fill": _one_of("down", "no"),
    "function.fill": _one_of("down", "no"),
    "period.separator": _text,
    "cost.period": _one_of("year", "quarter", "month", "term"),
    "cost.spread": _one_of("even", "no"),
    "cost.unit": _positive,
    "cost.currency": _text,
    "share.percent": _one_of("yes", "no"),
}
_OF_FORM: Final[Mapping[Form, Mapping[str, Callable[[Any], str]]]] = {
    Form.DATE: {"order": _one_of("day-first", "month-first"), "century": _one_of("1900", "2000")},
    Form.NUMBER: {"decimal": _one_of("point", "comma"), "other": _one_of("unknown")},
    Form.WORD: {"other": _one_of("unknown")},
    Form.TEXT: {},
    Form.IDENTIFIER: {},
}
_WORDED: Final = frozenset({Form.NUMBER, Form.WORD})


def wrong(key: str, value: Any) -> str:
    """Return what is wrong with a key and its value, empty if nothing."""
    check = _check(key)
    if check is None:
        return "is no key of a mapping"
    return "" if value == OPEN else check(value)


def _check(key: str) -> Callable[[Any], str] | None:
    if key in _FIXED:
        return _FIXED[key]
    section, _, rest = key.partition(".")
    if section in BY_NAME:
        form = BY_NAME[section].form
        if rest in {"column", "value"}:
            return _text
        if rest.startswith("words.") and form in _WORDED:
            return _one_of("keep", "drop") if section == "status" else _word
        if rest in _OF_FORM[form]:
            return _OF_FORM[form][rest]
    if section == "rate":
        code, _, what = rest.rpartition(".")
        return {"eur": _positive, "date": _date}.get(what) if code else None
    return None


def read_map(path: Path) -> TableMap:
    """Return the mapping in a file.

    Raises
    ------
    MissingPathError
        If there is none.
    InputError
        If it is no TOML, or has a key or value that no mapping has; all of them are told.

    """
    label = printable(path.name)
    try:
        with path.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise MissingPathError(f"'{path}' cannot be read: {error.strerror}") from None
    if len(content) > MAX_BYTES:
        raise fault(label, "", f"has more than {MAX_BYTES:,} bytes: is it a mapping?", "too-large")
    try:
        told = tomllib.loads(content.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise fault(label, "", f"is no TOML: {error}", "bad-mapping") from None
    values = dict(_flat(told))
    found = [(key, message) for key, value in values.items() if (message := wrong(key, value))]
    if "format" not in values:
        found.insert(0, ("format", f"is missing: is it a mapping? It begins with format = {FORMAT}"))
    if found:
        findings = [Finding(Level.ERROR, "bad-mapping", label, printable(key), message) for key, message in found]
        raise InputError(str(findings[0]), findings)
    return TableMap(values, label)


def _flat(told: Mapping[str, Any], begin: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in told.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{begin}{key}.")
        else:
            yield f"{begin}{key}", str(value) if f"{begin}{key}".endswith((".date", ".century")) else value


def answers(written: Iterable[str]) -> dict[str, Any]:
    """Return what ``--set KEY=VALUE`` says, each value in the form that its key asks for.

    Raises
    ------
    UsageError
        If a key is none, or a value is none of its key.

    Examples
    --------
    >>> answers(["cost.period=year", "criticality.words.hoog=0.9", "table.header=3,4"])
    {'cost.period': 'year', 'criticality.words.hoog': 0.9, 'table.header': [3, 4]}

    """
    told: dict[str, Any] = {}
    for one in written:
        key, sign, value = one.partition("=")
        key = key.strip()
        if not sign:
            raise UsageError(f"--set {one}: write KEY=VALUE, such as cost.period=year")
        told[key] = _typed(key, value.strip())
        message = wrong(key, told[key])
        if message:
            raise UsageError(f"--set {one}: {key} {message}")
    return told


def _typed(key: str, written: str) -> Any:
    check = _check(key)
    if check is _texts:
        return [part.strip() for part in written.split(",") if part.strip()]
    if check is _rows:
        numbers = [int(part) if part.strip().isdigit() else 0 for part in written.split(",")]
        return numbers[0] if len(numbers) == 1 else numbers
    if check in {_positive, _word, _format}:
        try:
            return int(written) if written.isdigit() else float(written)
        except ValueError:
            return written
    return written
