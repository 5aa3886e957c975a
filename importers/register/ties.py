"""Owners, parents and wholes: what a row of `nodes` says of other nodes, read once all of them are known."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from depgraph.ids import is_unknown, kind_of
from depgraph.model import TIE_ENDS, Facts, Finding, Level, Tie, TieKind
from importers.readers import values
from importers.readers.values import CellError
from importers.register.cells import Faults
from importers.register.memory import Memory
from importers.register.placeholders import told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from importers.register.declared import Declared
    from importers.register.nodes import NodeRow


class TieReader:
    """Reads the ties of rows, now that all ids of the register are known.

    An owner must be one of them: a function whose owner is misspelt would count for an
    organisation that does not exist. A parent may well stand outside the register.

    Parameters
    ----------
    declared : Declared
    used : iterable of str
        The ids of the needs.
    placeholders : bool
        Whether a text that names nobody means that the other is not known.

    Attributes
    ----------
    replaced : Counter of str
        How many texts were read so, by text.

    """

    def __init__(self, declared: Declared, used: Iterable[str], *, placeholders: bool = False) -> None:
        self._declared = declared
        self._known = set(map(declared.one, (*declared.records, *used)))
        self._placeholders = placeholders
        self._meanings = {kind: Memory(self._other(kind)) for kind in TieKind}
        self.replaced: Counter[str] = Counter()

    def read(self, row: NodeRow) -> Facts:
        """Return the facts of a row with its ties, or all that is wrong with it."""
        faults = Faults(row.record)
        ties, notes = [], []
        one = self._declared.one if self._declared.same else str
        for kind, written in row.referrals:
            other = faults.read(kind, self._meanings[kind].__getitem__, written)
            if other == "":
                self.replaced[written] += 1
            elif other is None:
                continue
            elif one(other) == one(row.id):
                faults.add(kind, f"'{row.id}' cannot be its own", "self-tie")
            elif one(other) in self._known:
                ties.append(Tie(kind.value, row.id, other, None, None, None, row.record))
            elif kind is TieKind.OWNER:
                message = f"'{other}' is in no other row of the register: correct it, or add a row to nodes"
                faults.add(kind, message, "unknown-owner")
            else:
                ties.append(Tie(kind.value, row.id, other, None, None, None, row.record))
                message = f"'{other}' is in no other row of the register"
                notes.append(Finding(Level.NOTE, "undeclared-party", row.record, kind, message))
        found = (*row.facts.findings, *faults.found())
        if found:
            return Facts(findings=found)
        return Facts(row.facts.nodes, (), tuple(ties), (), tuple(notes))

    def told(self, label: str) -> Finding:
        """Return the finding about the texts that were read as not known."""
        return told(self.replaced, label, "", "left empty:")

    def _other(self, kind: TieKind) -> Callable[[str], str]:
        wanted = TIE_ENDS[kind][1]

        def read(written: str) -> str:
            try:
                other = self._declared.meant(written, wanted)
            except CellError as error:
                if error.code != "placeholder":
                    raise
                if self._placeholders:
                    return ""
                cure = "leave it empty, or give --placeholders unknown to read all such texts so"
                raise CellError(f"{error}: {cure}", error.code) from None
            if kind_of(other) != wanted or is_unknown(other):
                raise CellError(f"{values.shown(other)} is not a known {wanted}", "wrong-kind")
            if other not in self._declared.records:
                self._declared.spell(other)
            return other

        return read
