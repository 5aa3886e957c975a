"""Who is who in a table: parties by the numbers beside their names, and what is said of each."""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from depgraph.errors import InvalidIdError
from depgraph.ids import SCHEMES, canonical_key, key, mint
from importers.readers import values
from importers.readers.grids.grid import Bad
from importers.readers.values import CellError
from importers.register.memory import Memory
from importers.table.words import IDENTIFIERS, is_unknown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from importers.readers.grids.grid import GridRow
    from importers.table.sheet import Sheet


_NAMED: Final = 3
"""Numbers of one name that a message names."""


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
            some = [f"{node_id} ({record})" for node_id, record in islice(known.items(), _NAMED)]
            # Under one name there may be all numbers of a long table.
            more = [f"{len(known) - _NAMED:,} others"] if len(known) > _NAMED else []
            both = " or ".join((*some, *more))
            raise CellError(f"{values.shown(name)} may be {both}: write the number in this row too", "two-parties")
        return next(iter(known), f"name:{name}")

    def name_of(self, node_id: str) -> str:
        """Return what most rows call a party of this number, empty where none has a name for it."""
        spelled = self._spelled.get(node_id)
        return min(spelled.items(), key=lambda item: (-item[1], item[0]))[0] if spelled else ""


Found: TypeAlias = tuple[tuple[str, ...], tuple[Damage, ...]]
"""The ids of one party, the canonical one first, and what is damaged."""


class Numbers:
    """The columns of a sheet that hold numbers of one party; the same cells are read once."""

    def __init__(self, sheet: Sheet, whose: str) -> None:
        fields = ((scheme, f"{whose}_{scheme}") for scheme in IDENTIFIERS)
        self._columns = [(scheme, field, sheet.columns[field]) for scheme, field in fields if field in sheet.columns]
        self._known: Memory[tuple[str, ...], Found] = Memory(self._read)

    @property
    def there(self) -> bool:
        """Whether there are any."""
        return bool(self._columns)

    def of(self, row: GridRow) -> Found:
        """Return the ids in a row, and what is damaged."""
        if not self._columns:
            return (), ()
        cells = tuple([row.cell(at) for _, _, at in self._columns])
        # A bad cell equals the text that is shown of it.
        return self._read(cells) if any(isinstance(cell, Bad) for cell in cells) else self._known[cells]

    def _read(self, cells: tuple[str, ...]) -> Found:
        ids: list[str] = []
        damaged: list[Damage] = []
        for (scheme, field, _), written in zip(self._columns, cells, strict=True):
            if not written.strip() or is_unknown(written):
                continue
            message = written.message if isinstance(written, Bad) else _damage(scheme, written.strip())
            if not message:
                try:
                    ids.append(mint(scheme, written))
                except InvalidIdError as error:
                    message = str(error)
            if message:
                damaged.append(Damage(field, f"{message}: not used"))
        return tuple(sorted(dict.fromkeys(ids), key=canonical_key)), tuple(damaged)


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
