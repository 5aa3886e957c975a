"""Small files that people write, review and share, TOML or JSON: the table in one, whatever it is about."""

from __future__ import annotations

import json
import math
import tomllib
from typing import TYPE_CHECKING, Any, Final

from depgraph.errors import InputError, MissingPathError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path
    from typing import TypeAlias

    Table: TypeAlias = Mapping[str, Any]

_LARGEST: Final = 1_000_000

_DEEPEST: Final = 50
"""Tables and lists within each other; none that means anything has more than ten."""


def read_document(path: Path, *, what: str) -> Table:
    """Return the table in a file; `what` it is to hold is said where it is too long for that.

    Raises
    ------
    MissingPathError
        If there is no such file.
    InputError
        If it is longer than any such file, or neither TOML nor JSON, by the ending of its name.

    """
    try:
        if path.stat().st_size > _LARGEST:
            raise InputError(f"{path.name}: has more than {_LARGEST:,} bytes: no file of {what} is that long")
        text = path.read_text(encoding="utf-8-sig")
    except (FileNotFoundError, NotADirectoryError):
        raise MissingPathError(f"{path}: no such file") from None
    except IsADirectoryError:
        raise MissingPathError(f"{path}: is a folder, not a file") from None
    except UnicodeDecodeError:
        raise InputError(f"{path.name}: is not UTF-8: save it as UTF-8") from None
    except OSError as error:
        raise MissingPathError(f"{path}: cannot be read ({error.strerror})") from None
    return parsed(text, path.name, as_json=path.suffix.lower() == ".json")


def parsed(text: str, name: str, *, as_json: bool) -> Table:
    """Return the table that a text holds; `name` is what errors call it."""
    try:
        found = read_json(text) if as_json else tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{name}: is not {'JSON' if as_json else 'TOML'}: {error}") from None
    if not isinstance(found, dict):
        raise InputError(f"{name}: a table of keys and values is wanted, not a {type(found).__name__}")
    return found


def read_json(text: str) -> Any:
    """Return what JSON says that everybody reads in the same way, and that can be written again.

    Raises
    ------
    ValueError
        If it is no JSON, or a key stands twice in an object, a number is too large, a text has half of a character, or
        it is nested too deeply.

    """
    try:
        document = json.loads(text, object_pairs_hook=_once, parse_constant=_refuse, parse_float=_finite)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    level = [document]
    for _ in range(_DEEPEST):
        level = [each for one in level for each in _within(one)]
        if not level:
            return document
    raise ValueError(f"it is nested too deeply: {_DEEPEST} levels are read at most")


def _within(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return (*value, *value.values())
    if isinstance(value, list):
        return value
    if isinstance(value, str) and any("\ud800" <= sign <= "\udfff" for sign in value):
        raise ValueError(f"the text {value!a:.50} has half of a character")
    return ()


def _refuse(written: str) -> float:
    raise ValueError(f"{written} is no number that JSON has")


def _finite(written: str) -> float:
    value = float(written)
    if not math.isfinite(value):
        raise ValueError(f"{written:.50} is too large for a number")
    return value


def number(value: object, where: str) -> float:
    """Return a number, NaN too; one that is too large for a float is infinite."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InputError(f"{where}: '{value}' is not a number")
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return a JSON object; as in TOML, no key stands in it twice."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"the key '{key}' stands twice in one object")
        found[key] = value
    return found
