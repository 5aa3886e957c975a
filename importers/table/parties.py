"""Who is who in a table: parties by the numbers beside their names, and what is said of each."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

from depgraph.errors import InvalidIdError
from depgraph.ids import SCHEMES, canonical_key, key, mint
from importers.readers import values
from importers.readers.grids.grid import Bad
from importers.readers.values import CellError
from importers.table.words import IDENTIFIERS, is_unknown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from importers.readers.grids.grid import GridRow
    from importers.table.sheet import Sheet


class Damage(NamedTuple):
    """An identifier that is none, as a spreadsheet leaves it: it is named and never used."""

    field: str
    message: str


class Parties:
    """The names of parties and the numbers beside them, over all rows."""

    def __init__(self) -> None:
        self._ids: dict[str, dict[str, str]] = {}
        self._spelled: dict[str, Counter[str]] = {}

    def note(self, name: str, ids: tuple[str, ...], record: str) -> None:
        """Take note of a name and the numbers that stand beside it."""
        if name and ids:
            self._ids.setdefault(key(name), {}).setdefault(ids[0], record)
            self._spelled.setdefault(ids[0], Counter())[name] += 1

    def ref(self, name: str, ids: tuple[str, ...]) -> str:
        """Return the id of a party: its number, or the one that stands beside its name in other rows.

        Raises
        ------
        CellError
            If several numbers stand beside the name.

        """
        if ids:
            return ids[0]
        if name.partition(":")[0].strip().lower() in SCHEMES and ":" in name:
            return name
        known = self._ids.get(key(name), {})
        if len(known) > 1:
            both = " or ".join(f"{node_id} ({record})" for node_id, record in known.items())
            raise CellError(f"{values.shown(name)} may be {both}: write the number in this row too", "two-parties")
        return next(iter(known), f"name:{name}")

    def name_of(self, node_id: str) -> str:
        """Return what most rows call a party of this number, empty where none has a name for it."""
        spelled = self._spelled.get(node_id)
        return min(spelled.items(), key=lambda item: (-item[1], item[0]))[0] if spelled else ""


def identifiers(sheet: Sheet, row: GridRow, whose: str) -> tuple[tuple[str, ...], list[Damage]]:
    """Return the ids in the columns of one party's numbers, the canonical one first, and what is damaged."""
    found: list[str] = []
    damaged: list[Damage] = []
    for scheme in IDENTIFIERS:
        field = f"{whose}_{scheme}"
        at = sheet.columns.get(field)
        written = "" if at is None else row.cell(at)
        if not written.strip() or is_unknown(written):
            continue
        message = written.message if isinstance(written, Bad) else _damage(scheme, written.strip())
        if not message:
            try:
                found.append(mint(scheme, written))
            except InvalidIdError as error:
                message = str(error)
        if message:
            damaged.append(Damage(field, f"{message}: not used"))
    return tuple(sorted(dict.fromkeys(found), key=canonical_key)), damaged


_LENGTHS: Final[Mapping[str, int]] = {"kvk": 8}


def _damage(scheme: str, written: str) -> str:
    """Return what a spreadsheet did to a number, empty where it looks whole.

    Examples
    --------
    >>> _damage("kvk", "1234567")
    "'1234567' has 7 digits where 8 are due, as when a spreadsheet drops a zero"
    >>> _damage("kvk", "8,1E+13")[:38]
    "'8,1E+13' is a number of which a sprea"
    >>> _damage("kvk", "12345678")
    ''

    """
    lower = written.lower()
    mantissa, sign, exponent = lower.partition("e")
    if sign and exponent.lstrip("+-").isdigit() and mantissa.replace(",", "").replace(".", "").isdigit() and mantissa:
        return (
            f"{values.shown(written)} is a number of which a spreadsheet keeps only the first digits: type it as text"
        )
    due = _LENGTHS.get(scheme, 0)
    if written.isdigit() and 0 < due - len(written) <= 2:
        count = len(written)
        return f"{values.shown(written)} has {count} digits where {due} are due, as when a spreadsheet drops a zero"
    return ""
