"""The canonical form of JSON (RFC 8785), for texts, whole numbers, lists and objects of these."""

from __future__ import annotations

from json.encoder import encode_basestring
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Value = str | int | bool | None | Sequence["Value"] | Mapping[str, "Value"]

_EXACT: Final = 2**53 - 1
"""The largest whole number that every reader of JSON knows exactly."""

_WORDS: Final = {None: "null", True: "true", False: "false"}


def canonical(value: Value) -> bytes:
    r"""Return the one form that a value has, in UTF-8.

    Raises
    ------
    ValueError
        If it has none here: a fraction, a number above 2**53 - 1, a text that is not Unicode.

    Examples
    --------
    >>> canonical({"b": [1, True, None], "a": "€\n"}).decode()
    '{"a":"€\\n","b":[1,true,null]}'

    """
    return _written(value).encode()


def _written(value: Value) -> str:
    if isinstance(value, str):
        # Escapes are those of ECMAScript: two characters where there is a short one, else \u00xx in small letters.
        return encode_basestring(value)
    if value is None or isinstance(value, bool):
        return _WORDS[value]
    if isinstance(value, int):
        if abs(value) > _EXACT:
            raise ValueError(f"{value} is too large a number")
        return str(int(value))
    if isinstance(value, list | tuple):
        return f"[{','.join(map(_written, value))}]"
    if isinstance(value, dict):
        # Sorted by UTF-16 code units, which differs from the order of characters beyond U+FFFF.
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return "{" + ",".join(f"{_written(name)}:{_written(value[name])}" for name in names) + "}"
    raise ValueError(f"{type(value).__name__} has no canonical form here")
