"""`Register`: a filing as its rows say it, with what makes its ids unique among all registers."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from depgraph.ids import mint, text
from depgraph.model import Finding, Level
from depgraph.spelling import key
from importers.dora_roi.meaning.codes import minted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importers.dora_roi.filing import Filing

_LONGEST: Final = 200
"""Characters of a reference that stand in an id; of a longer one the beginning, and a digest."""


@dataclass(frozen=True, slots=True)
class Said:
    """One row of a table: where it is, and its cells by column, white space collapsed."""

    template: str
    record: str
    line: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]


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
        """Yield the rows of a table."""
        table = self.filing.table(template)
        codes = [column.code for column in table.template.columns]
        for line in table.lines:
            yield Said(template, table.record(line), line.number, dict(zip(codes, map(text, line.cells), strict=True)))

    def remark(self, code: str, record: str, column: str, message: str) -> None:
        """Keep a warning about a row, once."""
        self.remarks[Finding(Level.WARNING, code, record, column, message)] = None


def part(reference: str) -> str:
    """Return a reference as one part of an id: without slashes, and not too long."""
    safe = text(reference).replace("%", "%25").replace("/", "%2F")
    if len(safe) <= _LONGEST:
        return safe
    return f"{safe[:_LONGEST]}~{hashlib.sha256(key(safe).encode()).hexdigest()[:16]}"


def entity_id(lei: str) -> str:
    """Return the id of an entity by its LEI, or by the text that stands there where it is none."""
    return minted("lei", lei) or mint("name", f"LEI {text(lei)}")
