"""What the nodes of a register are called, so that other rows can refer to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from depgraph.ids import BARE, SCHEMES, entity_behind, key, kind_of, mint, read_id, scheme_of
from importers.readers import values
from importers.readers.placeholders import is_placeholder
from importers.readers.values import CellError

if TYPE_CHECKING:
    from depgraph.model import Kind

_BARE_SCHEMES: Final = frozenset(BARE.values())


class Declared:
    """The nodes that a register declares, so that needs and ties can refer to them.

    Spellings are compared by their key (`depgraph.ids.key`), and kept as they are written.

    Attributes
    ----------
    records : dict of str to str
        Id -> the row that declares it; identifiers of which each stands for one legal
        entity are ids too.
    service_types : dict of str to str
        Id of a service -> its type, where it has one; each spelling that is used is an id.
    same : dict of str to str
        Id -> another id of the same node: another spelling, or the node whose identifier it is.

    """

    def __init__(self) -> None:
        self.records: dict[str, str] = {}
        self.service_types: dict[str, str] = {}
        self.same: dict[str, str] = {}
        self._spelled: dict[str, str] = {}
        self._valued: dict[str, tuple[str, ...]] = {}
        self._named: dict[str, tuple[str, ...]] = {}

    def add(self, node_id: str, record: str, compared: str = "") -> None:
        """Take note of a node; `compared` is its key where that is known."""
        self.records[node_id] = record
        compared = compared or key(node_id)
        self.spell(node_id, compared)
        scheme, _, value = compared.partition(":")
        if scheme in _BARE_SCHEMES and self._valued.setdefault(value, (node_id,)) != (node_id,):
            _note(self._valued, value, node_id)

    def name(self, node_id: str, name: str) -> None:
        """Take note of what a declared node is called."""
        _note(self._named, key(name), node_id)

    def identify(self, node_id: str, identifier: str, record: str) -> None:
        """Take note of another id of a declared node that stands for one legal entity."""
        self.records.setdefault(identifier, record)
        self._join(node_id, identifier)

    def spell(self, node_id: str, compared: str = "") -> None:
        """Take note of an id that is used; `compared` is its key where that is known."""
        first = self._spelled.setdefault(compared or key(node_id), node_id)
        if first != node_id and node_id not in self.same:
            self.same[node_id] = first
            if first in self.service_types:
                self.service_types[node_id] = self.service_types[first]
        self.look_behind(node_id, node_id)

    def look_behind(self, node_id: str, identifier: str) -> None:
        """Take note of the id that an id of a node contains, if any: a VAT number of Belgium has that of the KBO."""
        if behind := entity_behind(identifier):
            self._join(behind, node_id)

    def _join(self, node_id: str, another: str) -> None:
        one, other = self.one(node_id), self.one(another)
        if one != other:
            self.same[other] = one

    def one(self, node_id: str) -> str:
        """Return the id that stands for all ids of a node in this register."""
        while node_id in self.same:
            node_id = self.same[node_id]
        return node_id

    def like(self, node_id: str, compared: str) -> tuple[str, tuple[str, ...]]:
        """Return the first spelling of an id, itself where it is the first, and the declared nodes of its value."""
        return self._spelled.get(compared, node_id), self._valued.get(compared.partition(":")[2], ())

    def meant(self, written: str, kind: Kind | None = None, *, compared: str = "") -> str:
        """Return the id that another row refers to; `compared` is the key of what is written, where it is known.

        A bare value means the declared node that has it, or that has it as its name; where
        none is declared so, a node of `kind` (a party by default).

        Raises
        ------
        InvalidIdError
            If it is no id.
        ValueError
            If it is bare, and several declared nodes have this value or name, or it names nobody.

        """
        if ":" in written and written.partition(":")[0].strip().lower() in SCHEMES:
            return read_id(written, kind or "party")
        compared = compared or key(written)
        valued, named = self._valued.get(compared, ()), self._named.get(compared, ())
        if not valued and not named:
            if is_placeholder(written):
                raise _nobody(written)
            return read_id(written, kind or "party")
        if len(valued) == 1 and not named and valued[0].endswith(f":{written}"):
            if kind is None or kind_of(valued[0]) == kind:
                return valued[0]
            return read_id(written, kind)
        candidates = [node_id for node_id in dict.fromkeys((*valued, *named)) if kind in (None, kind_of(node_id))]
        if len({self.one(node_id) for node_id in candidates}) > 1:
            raise CellError(f"{values.shown(written)} may be {' or '.join(sorted(candidates))}: write which")
        if not candidates and is_placeholder(written):
            raise _nobody(written)
        if not candidates:
            return read_id(written, kind or "party")
        return mint(scheme_of(candidates[0]), written) if candidates[0] in valued else candidates[0]


def _nobody(written: str) -> CellError:
    return CellError(f"{values.shown(written)} names nobody", "placeholder")


def _note(called: dict[str, tuple[str, ...]], compared: str, node_id: str) -> None:
    known = called.get(compared, ())
    if node_id not in known:
        called[compared] = (*known, node_id)
