"""`Graph`: who needs whom, as immutable aligned columns."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from depgraph.errors import InvalidIdError, UnknownIdError
from depgraph.graph.columns import (
    KINDS,
    RELATIONS,
    TIE_KINDS,
    Evidence,
    Needs,
    Nodes,
    Requirements,
    Said,
    Ties,
    thresholds,
)
from depgraph.graph.digest import digest
from depgraph.graph.outside import Outside
from depgraph.graph.visibility import closest
from depgraph.ids import UNKNOWN, entity_behind, id_key, read_id
from depgraph.model import Import, Kind, Marking, Provenance, Relation, TieKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    import networkx as nx
    from numpy.typing import NDArray

    from depgraph.arrays import Ints, Offsets
    from depgraph.graph.convert import Frames


_TOLD: Final = 5
"""How many nodes of one name an error tells."""


@dataclass(frozen=True, slots=True)
class Run:
    """An import that the graph rests on; `import_id` is the revision that it made."""

    run: Import
    import_id: int


@dataclass(frozen=True, eq=False, kw_only=True)
class Graph:
    """Nodes, needs, requirements and ties, as of one date and as one viewer sees them.

    Attributes
    ----------
    runs : tuple of Run
        The imports behind it, most trusted first.
    aliases : mapping of str to str
        Other ids of a node, and other spellings of its id -> its id.
    apart : tuple of (str, str)
        Ids of parties of which people decided that they are two.
    as_of : str
        ISO 8601 date on which all its needs and ties are valid.
    said : Said or None
        What each record behind the needs says; None if the graph was not made from records.
    doubted : bool[n] or None
        Nodes whose operating fallback is known less well than was asked for, so that it carries in the lower bound
        only; None: there is no such node.
    outside : Outside
        Ids that it has no node for, since nothing that names them is in force.

    """

    nodes: Nodes
    needs: Needs
    requirements: Requirements
    ties: Ties
    runs: tuple[Run, ...] = ()
    aliases: Mapping[str, str] = field(default_factory=dict)
    apart: tuple[tuple[str, str], ...] = ()
    as_of: str = ""
    said: Said | None = None
    outside: Outside = field(default_factory=Outside)
    doubted: NDArray[np.bool_] | None = None

    @cached_property
    def digest(self) -> str:
        """SHA-256 of what the graph says, in hexadecimal; not of who said it and when."""
        return digest(self)

    @cached_property
    def _index(self) -> dict[str, int]:
        return {node_id: position for position, node_id in enumerate(self.nodes.id.tolist())}

    @cached_property
    def _by_key(self) -> dict[str, int]:
        """Positions by the keys of ids and aliases; a key that stands for two nodes stands for none."""
        positions = {id_key(node_id): position for node_id, position in self._index.items()}
        aliases: dict[str, int] = {}
        contested: set[str] = set()
        for alias, node_id in self.aliases.items():
            folded, position = id_key(alias), self._index.get(node_id)
            if position is None:
                continue
            if aliases.setdefault(folded, position) != position:
                contested.add(folded)
        return {folded: at for folded, at in aliases.items() if folded not in contested} | positions

    def find(self, node_id: str) -> int | None:
        """Return the position of a node by any spelling of its id or of an alias, or None."""
        position = self._index.get(node_id)
        if position is None:
            position = self._index.get(self.aliases.get(node_id, ""))
        if position is None:
            position = self._by_key.get(id_key(node_id))
        twin = entity_behind(node_id) if position is None else ""
        return self.find(twin) if twin else position

    def position(self, written: str) -> int:
        """Return the position of the node that a person means by `written`.

        An id or alias in any spelling; a bare value is tried as the name of a party and then as an id of
        each other kind. If there is none, it is the one node that is called so.

        Raises
        ------
        UnknownIdError
            If no node has this id, naming those whose name is near; if nothing of it is in
            force on the date of the graph, naming another date; or if several are called so.

        """
        tried = []
        for kind in KINDS:
            try:
                tried.append(read_id(written, kind))
            except InvalidIdError as error:
                if not tried:
                    raise UnknownIdError(str(error)) from None
                continue  # a bare value that is a name of a party need not be one of this kind
            found = self.find(tried[-1])
            if found is not None:
                return found
        from depgraph.graph.meant import called  # noqa: PLC0415 - it takes the graph

        named = called(self, written)
        if len(named) == 1:
            return named[0]
        asleep = [] if named else self.outside.find(tried)
        if asleep:
            raise UnknownIdError(self.outside.told(asleep[0]))
        if tried[0] == UNKNOWN:
            raise UnknownIdError(
                f"'{UNKNOWN}' is a provider that nobody knows, another one in each source, and cannot be made to fail:"
                " depgraph gaps says about whom to ask first"
            )
        raise UnknownIdError(self._ambiguous(written, named) if named else self._unknown(written))

    def _ambiguous(self, written: str, named: list[int]) -> str:
        more = f" and {len(named) - _TOLD} more" if len(named) > _TOLD else ""
        which = ", ".join(f"'{self.nodes.id[at]}'" for at in named[:_TOLD])
        return f"{len(named)} nodes are called '{written}': say which by its id, {which}{more}"

    def _unknown(self, written: str) -> str:
        from depgraph.graph.meant import near  # noqa: PLC0415 - it takes the graph

        meant = " or ".join(f"'{self.nodes.id[at]}'{self._called(at)}" for at in near(self, written))
        ask = f"did you mean {meant}? Else " if meant else ""
        return f"no node has the id '{written}': {ask}try depgraph find '{written}'"

    def _called(self, at: int) -> str:
        """Return the name of a node in brackets, where its id does not say it."""
        name = str(self.nodes.name[at])
        return "" if name in str(self.nodes.id[at]) else f" ({name})"

    def of_kind(self, *kinds: Kind) -> NDArray[np.bool_]:
        """Return bool[n]: which nodes are of one of `kinds`."""
        return np.isin(self.nodes.kind, [KINDS.index(kind) for kind in kinds])

    def with_relation(self, *relations: Relation) -> NDArray[np.bool_]:
        """Return bool[m]: which needs have one of `relations`."""
        return np.isin(self.needs.relation, [RELATIONS.index(relation) for relation in relations])

    def tied(self, kind: TieKind) -> tuple[Ints, Ints]:
        """Return the subjects and objects of all ties of one kind."""
        chosen = self.ties.kind == TIE_KINDS.index(kind)
        return self.ties.subject[chosen], self.ties.object[chosen]

    @cached_property
    def requirements_of(self) -> Offsets:
        """int64[n + 1]: the requirements of node i are ``[requirements_of[i], requirements_of[i + 1])``."""
        return np.searchsorted(self.requirements.dependent, np.arange(len(self.nodes) + 1)).astype(np.int64)

    @cached_property
    def thresholds(self) -> tuple[Ints, Ints]:
        """int32[r] twice: how many providers must fail to break each requirement, with all k_lower, with all k_upper.

        Of n providers n + 1 is never: where none is needed, and where nobody knows who needs them.
        """
        requirements = self.requirements
        known = ~self.nodes.unknown[requirements.dependent]
        # In 32 bits throughout: columns of millions of requirements take longer to be made room for than to be filled.
        n = np.diff(requirements.indptr).astype(np.int32)
        return thresholds(requirements.k_lower, n, known), thresholds(requirements.k_upper, n, known)

    @cached_property
    def needs_of(self) -> Offsets:
        """int64[n + 1]: the needs of dependent i are ``[needs_of[i], needs_of[i + 1])``."""
        return np.searchsorted(self.needs.dependent, np.arange(len(self.nodes) + 1)).astype(np.int64)

    @cached_property
    def dependants(self) -> tuple[Offsets, Ints]:
        """Offsets int64[n + 1] and needs int32[m]: the needs whose provider is node i, in order."""
        order = np.argsort(self.needs.provider, kind="stable").astype(np.int32)
        indptr = np.searchsorted(self.needs.provider[order], np.arange(len(self.nodes) + 1))
        return indptr.astype(np.int64), order

    @cached_property
    def own_run_by(self) -> NDArray[np.bool_]:
        """bool[m]: needs by which a function is run by its own owner; nobody supplies anything there."""
        function, owner = self.tied(TieKind.OWNER)
        n = np.int64(max(len(self.nodes), 1))
        owned = np.sort(function.astype(np.int64) * n + owner)
        result = self.with_relation(Relation.RUN_BY)
        run = np.flatnonzero(result)
        pairs = self.needs.dependent[run] * n + self.needs.provider[run]
        result[run] = np.searchsorted(owned, pairs, side="right") > np.searchsorted(owned, pairs)
        return result

    @cached_property
    def marking(self) -> Marking:
        """The closed-most label of the imports behind the graph, with whom all of them name."""
        return closest((run.run.marking for run in self.runs), self._members)

    @property
    def _members(self) -> dict[str, frozenset[str]]:
        """The ids and names of the nodes that each hub looks after."""
        nodes, members = self.nodes, dict[str, set[str]]()
        for at in np.flatnonzero(nodes.hub != ""):
            members.setdefault(str(nodes.hub[at]), set()).update((str(nodes.id[at]), str(nodes.name[at])))
        return {hub: frozenset(names) for hub, names in members.items()}

    def provenance(self, evidence: Evidence, item: int) -> tuple[Provenance, ...]:
        """Return who says so of one node, need or tie, most trusted first.

        Examples
        --------
        ``graph.provenance(graph.needs.evidence, 0)``

        """
        records = range(int(evidence.indptr[item]), int(evidence.indptr[item + 1]))
        return tuple(self._said(int(evidence.run[at]), str(evidence.record[at])) for at in records)

    def _said(self, run: int, record: str) -> Provenance:
        found = self.runs[run]
        said = found.run
        return Provenance(said.source, said.part, record, said.retrieved, found.import_id, said.marking)

    def to_networkx(self) -> nx.MultiDiGraph[str]:
        """Return a MultiDiGraph of ids, dependent -> provider, with all attributes."""
        from depgraph.graph.convert import to_networkx  # noqa: PLC0415 - networkx is for notebooks

        return to_networkx(self)

    def to_frames(self) -> Frames:
        """Return pandas frames of the nodes, needs, requirements and ties."""
        from depgraph.graph.convert import to_frames  # noqa: PLC0415 - pandas is for notebooks

        return to_frames(self)
