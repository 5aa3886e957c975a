"""The manifest: which imports the store holds, in which chunks their facts are, and a seal over all of it.

It is nodes of labels that begin with ``_Depgraph`` and have no relationships:

- ``_DepgraphLedger``, one: versions, the latest revision, what the visible graph shows;
- ``_DepgraphImport``, one per import: its provenance, and the chunks of its facts in order;
- ``_DepgraphChunk``: packed facts, named by their hash and shared by equal imports;
- ``_DepgraphLock``: one that is locked while somebody writes, and one for each slot of its transactions.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from depgraph.errors import StoreVersionError
from depgraph.model import Import, Label, Marking
from depgraph.ports import Counts, Superseded, Term
from depgraph.stores.carrying import ChunkRef, in_order
from depgraph.stores.receipts import read_receipt, write_receipt
from depgraph.stores.revisions import check_known, resolve

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from neo4j import ManagedTransaction

_LEDGER: Final = "MATCH (l:_DepgraphLedger {name: 'depgraph'}) RETURN properties(l) AS ledger"
_IMPORTS: Final = "MATCH (i:_DepgraphImport) RETURN properties(i) AS held ORDER BY i.revision"
_CHUNKS: Final = """
    UNWIND $hashes AS hash
    MATCH (c:_DepgraphChunk {hash: hash})
    RETURN c.hash AS hash, c.data AS data
"""
_TERMS: Final = """
    UNWIND $changed AS changed
    MATCH (i:_DepgraphImport {revision: changed.revision})
    SET i.until = changed.until, i.terms = changed.terms
"""
_ADD: Final = "CREATE (i:_DepgraphImport) SET i = $held"
_COMMIT: Final = """
    MATCH (l:_DepgraphLedger {name: 'depgraph'})
    SET l.revision = $revision, l.oldest = $oldest, l.seal = $seal, l.version = $version
"""
_PRUNE: Final = "MATCH (i:_DepgraphImport) WHERE i.until IS NOT NULL DELETE i RETURN count(i) AS forgotten"
_FORGET_TERMS: Final = "MATCH (i:_DepgraphImport) REMOVE i.terms"


@dataclass(frozen=True, slots=True)
class Revision:
    """An import in the manifest."""

    import_: Superseded
    pieces: tuple[ChunkRef, ...]

    def properties(self) -> dict[str, Any]:
        """Return the properties of its node."""
        run, counts, terms = self.import_.run, self.import_.counts, self.import_.terms
        return {
            "revision": self.import_.revision,
            "until": self.import_.until,
            "terms": [] if len(terms) == 1 else [f"{term.since} {term.until or ''}" for term in terms],
            "source": run.source,
            "part": run.part,
            "retrieved": run.retrieved,
            "marking": run.marking.label.value,
            "hubs": list(run.marking.hubs),
            "organisations": list(run.marking.organisations),
            "recipients": list(run.marking.recipients),
            "trust": run.trust,
            "licence": run.licence,
            "nodes": counts.nodes,
            "needs": counts.needs,
            "ties": counts.ties,
            "decisions": counts.decisions,
            "receipt": write_receipt(self.import_.receipt),
            "chunks": [f"{piece.sort} {piece.size} {piece.hash}" for piece in self.pieces],
        }

    @staticmethod
    def of(held: Mapping[str, Any]) -> Revision:
        """Return the import that a node's properties describe."""
        marking = Marking(
            Label(held["marking"]), *(tuple(held.get(name) or ()) for name in ("hubs", "organisations", "recipients"))
        )
        run = Import(
            held["source"], held.get("part", ""), held["retrieved"], marking, held["trust"], held.get("licence", "")
        )
        counts = Counts(held["nodes"], held["needs"], held["ties"], held["decisions"])
        pieces = (chunk.split(" ") for chunk in held.get("chunks") or ())
        receipt = read_receipt(held.get("receipt", ""))
        return Revision(
            Superseded(run, held["revision"], _terms(held), counts, receipt, _sha256(held)),
            tuple(ChunkRef(sort, int(size), name) for sort, size, name in pieces),
        )


@dataclass(frozen=True, slots=True)
class Drawn:
    """What the visible graph shows: as which revision, as of which date, and how much of it there is.

    `revision` is -1 while it is being drawn, `counts` are per label and relationship type.
    """

    revision: int = 0
    as_of: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Manifest:
    """The state of the store at one moment."""

    schema: int = 0
    revision: int = 0
    oldest: int = 0
    held: tuple[Revision, ...] = ()
    drawn: Drawn = Drawn()

    def resolve(self, revision: int | None) -> int:
        """Return the revision that is asked for, or the latest."""
        return resolve(revision, latest=self.revision, oldest=self.oldest)

    def at(self, revision: int) -> tuple[Revision, ...]:
        """Return the imports in force at a revision, by source and part."""
        return tuple(in_order(held for held in self.held if held.import_.held_at(revision)))

    def chosen(self, imports: Collection[int], location: str) -> tuple[Revision, ...]:
        """Return imports of the history by their revisions, by source and part."""
        check_known(imports, [held.import_ for held in self.held], location)
        return tuple(in_order(held for held in self.held if held.import_.revision in imports))


def read_manifest(transaction: ManagedTransaction, location: str) -> Manifest:
    """Return the manifest, found to be as it was sealed.

    Raises
    ------
    StoreVersionError
        If somebody changed it.

    """
    found = transaction.run(_LEDGER).single()
    if found is None:
        return Manifest()
    ledger: dict[str, Any] = found["ledger"]
    rows = [record["held"] for record in transaction.run(_IMPORTS)]
    if not ledger.get("seal"):
        return Manifest(schema=ledger["schema"])
    if ledger["seal"] != checksum(ledger["revision"], ledger["oldest"], rows):
        raise StoreVersionError(
            f"the manifest of '{location}' was changed by someone else (nodes of _DepgraphImport or"
            " _DepgraphLedger): restore it from a backup"
        )
    drawn = Drawn(ledger["drawn"], ledger["drawn_as_of"], json.loads(ledger["drawn_counts"]))
    held = tuple(map(Revision.of, rows))
    return Manifest(ledger["schema"], ledger["revision"], ledger["oldest"], held, drawn)


def checksum(revision: int, oldest: int, rows: Iterable[Mapping[str, Any]]) -> str:
    """Return the SHA-256 of what the manifest says; a property that is empty may as well be missing."""
    said = [{name: value for name, value in row.items() if value not in (None, "", [])} for row in rows]
    said.sort(key=lambda row: row["revision"])
    return hashlib.sha256(json.dumps([revision, oldest, said], sort_keys=True).encode()).hexdigest()


def read_chunks(transaction: ManagedTransaction, names: Iterable[str], location: str) -> dict[str, bytes]:
    """Return packed chunks by name.

    Raises
    ------
    StoreVersionError
        If one is missing.

    """
    wanted = sorted(set(names))
    chunks = {record["hash"]: record["data"] for record in transaction.run(_CHUNKS, hashes=wanted)}
    missing = [name for name in wanted if name not in chunks]
    if missing:
        raise StoreVersionError(
            f"the facts in '{location}' were changed by someone else: chunk {missing[0][:12]} is gone:"
            " restore it from a backup"
        )
    return chunks


def commit(
    transaction: ManagedTransaction, changed: Iterable[Revision], revision: int, *, oldest: int, version: str
) -> None:
    """Write imports of which the terms changed, or that are new, and seal the manifest as of a revision."""
    terms = []
    for held in changed:
        if held.import_.revision == revision:
            transaction.run(_ADD, held=held.properties()).consume()
        else:
            terms.append({name: held.properties()[name] for name in ("revision", "until", "terms")})
    transaction.run(_TERMS, changed=terms).consume()
    _seal(transaction, revision, oldest, version)


def prune(transaction: ManagedTransaction, manifest: Manifest, version: str) -> int:
    """Remove superseded imports from the manifest; return how many there were."""
    held = [one.import_ for one in manifest.held]
    ends = [term.until for one in held for term in one.terms if term.until is not None]
    returns = [term.since for one in held for term in one.terms if term.since != one.revision]
    horizon = max((*ends, *returns), default=0)
    forgotten = transaction.run(_PRUNE).single(strict=True)["forgotten"]
    # What was before the horizon can no longer be read: what is left counts as in force since it was made.
    transaction.run(_FORGET_TERMS).consume()
    _seal(transaction, manifest.revision, max(manifest.oldest, horizon), version)
    return int(forgotten)


def _sha256(held: Mapping[str, Any]) -> str:
    """Return the digest of what is kept of an import, whenever it was in force; chunks are named by theirs."""
    said = {name: value for name, value in held.items() if name not in ("until", "terms")}
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _terms(held: Mapping[str, Any]) -> tuple[Term, ...]:
    """Return the terms of an import; one that was never brought back has them in its revision and end."""
    said = [term.split(" ") for term in held.get("terms") or ()]
    terms = tuple(Term(int(since), int(until) if until else None) for since, until in said)
    return terms or (Term(held["revision"], held.get("until")),)


def _seal(transaction: ManagedTransaction, revision: int, oldest: int, version: str) -> None:
    rows: Sequence[Mapping[str, Any]] = [record["held"] for record in transaction.run(_IMPORTS)]
    transaction.run(
        _COMMIT, revision=revision, oldest=oldest, seal=checksum(revision, oldest, rows), version=version
    ).consume()
