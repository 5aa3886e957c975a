"""What a table of a scenario file holds, by key; an error names file and key."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from depgraph.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import TypeAlias

    Table: TypeAlias = Mapping[str, Any]


def item(table: object, keys: Iterable[str], where: str) -> Table:
    """Return a table that has no other keys than these."""
    if not isinstance(table, dict):
        raise InputError(f"{where}: a table is wanted")
    only_known(table, keys, f"{where}.")
    return table


def only_known(table: Table, keys: Iterable[str], where: str) -> None:
    """Raise if a table has other keys than these."""
    for key in table:
        if key not in keys:
            raise InputError(f"{where}{key}: the key is not known: use one of {', '.join(keys)}")


def tables(table: Table, key: str, file: str) -> list[Any]:
    """Return the items of a list of tables."""
    found = table.get(key, [])
    if not isinstance(found, list):
        raise InputError(f"{file}: {key}: a list of tables is wanted: write [[{key}]]")
    return found


def text(table: Table, key: str, where: str) -> str:
    """Return a text, empty if it is left out; `where` ends in what goes before the key."""
    found = table.get(key, "")
    if not isinstance(found, str):
        raise InputError(f"{where}{key}: a text is wanted")
    return found.strip()


def texts(value: object, where: str) -> tuple[str, ...]:
    """Return a list of texts."""
    if not isinstance(value, list) or not all(isinstance(each, str) and each.strip() for each in value):
        raise InputError(f"{where}: a list of texts is wanted")
    return tuple(value)


@contextmanager
def naming(where: str) -> Iterator[None]:
    """Put file and key before what a field itself finds wrong."""
    try:
        yield
    except InputError as error:
        raise InputError(f"{where}: {error}") from None
