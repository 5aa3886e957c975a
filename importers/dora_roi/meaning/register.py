"""`Register`: a filing as its rows say it, with what makes its ids unique among all registers."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from depgraph.ids import mint, text
from depgraph.model import Finding, Level
from importers.dora_roi.meaning.codes import minted
from importers.dora_roi.meaning.folding import key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importers.dora_roi.filing import Filing, Line, Table

_LONGEST: Final = 200
"""Characters of a reference that stand in an id; of a longer one the beginning, and a digest."""


@dataclass(frozen=True, slots=True)
class Said:
    """One row of a table: where it is, and what its cells say by the codes of their columns."""

    table: Table
    written: Line

    @property
    def template(self) -> str:
        """The code of its template."""
        return self.table.template.code

    @property
    def line(self) -> int:
        """The line where it begins."""
        return self.written.number

    @property
    def record(self) -> str:
        """``file:line``."""
        return self.table.record(self.written)

    def __getitem__(self, column: str) -> str:
        return _TEXTS[self.written.cells[self.table.template.at[column]]]


class _Texts(dict[str, str]):
    """What cells say, white space collapsed: a million cells have few different texts."""

    def __missing__(self, cell: str) -> str:
        if len(self) >= _MOST:
            self.clear()
        said = self[cell] = text(cell)
        return said


_MOST: Final = 1 << 18
_TEXTS: Final = _Texts()


@dataclass(frozen=True, slots=True)
class Register:
    """A filing, and what is remarked on while its meaning is read."""

    filing: Filing
    remarks: dict[Finding, None] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Whose register it is, and of which scope."""
        return self.filing.key

    def rows(self, template: str) -> Iterator[Said]:
        """Return the rows of a table."""
        table = self.filing.table(template)
        return (Said(table, line) for line in table.lines)

    def remark(self, code: str, record: str, column: str, message: str) -> None:
        """Keep a warning about a row, once."""
        self.remarks[Finding(Level.WARNING, code, record, column, message)] = None


@lru_cache(maxsize=1 << 16)
def part(reference: str) -> str:
    """Return a reference as one part of an id: without slashes, and not too long."""
    safe = text(reference).replace("%", "%25").replace("/", "%2F")
    if len(safe) <= _LONGEST:
        return safe
    return f"{safe[:_LONGEST]}~{hashlib.sha256(key(safe).encode()).hexdigest()[:16]}"


@lru_cache(maxsize=1 << 16)
def entity_id(lei: str) -> str:
    """Return the id of an entity by its LEI, or by the text that stands there where it is none."""
    return minted("lei", lei) or mint("name", f"LEI {text(lei)}")
