"""Reports without names: numbers in their place, in an order that nobody can compute who does not hold the facts.

Names are not hashed: whoever has a list of candidates would hash all of them. They are numbered in an order that a key
decides, a key that is another for each report; rows that only the alphabet ordered are ordered anew. Every text of a
report is replaced unless a field is known to hold words of depgraph itself.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from depgraph.countries import countries
from depgraph.errors import MissingPathError, UsageError
from depgraph.graph.columns import KINDS
from depgraph.graph.digest import digest
from depgraph.ids import id_key, key, value_of
from depgraph.model import Marking
from depgraph.usecases.answer import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from depgraph.graph import Graph, Viewer
    from depgraph.reports.kinds import Report
    from depgraph.usecases.view import View

WITHHELD: Final = "withheld"
NAMES: Final = "names"
"""What can be redacted."""

_SHORTEST: Final = 16
_LARGEST: Final = 1 << 16
"""Bytes of a key."""

_ORDER: Final = b"depgraph order of pseudonyms 1\n"
"""In place of what a digest begins with: the digest of a graph is printed elsewhere, and this one nowhere."""

_TOLD: Final = (
    "names are redacted: parties, functions, services, products, places, hubs and parts have numbers in their place, of"
    " this report alone; figures, countries, sectors, dates and what depends on what may still identify them"
)

_WORDS: Final = frozenset({
    "accept", "after_reference", "as_of", "at_least", "at_lower", "at_upper", "before_reference", "by", "code",
    "command", "count", "counted", "counting", "country", "evidence", "evidence_date", "fails", "fallback", "format",
    "kind", "licence", "losses", "market_by", "measure", "min_confidence", "period", "question", "ref", "reference",
    "relation", "resolution", "retrieved", "said_by", "scope", "tested", "tested_since", "tier", "unmeasured",
    "valid_from", "valid_to", "version", "versions",
})  # fmt: skip
"""Fields that hold words of depgraph, codes and dates, and nothing that a source wrote."""

_OURS: Final = ("Control", "Evidence", "Method", "Threshold", "Filled")
"""Classes of which every text is one of depgraph."""

_GONE: Final = ("records", "described", "files", "identifiers", "example", "reproduce", "sha256")
_SECRET: Final = ("graph_digest", "digest")
_IDS: Final = (
    "id", "dependent", "provider", "owner", "organisation", "settles", "first", "second", "ask", "supplier", "buyer",
    "against", "providers", "witness", "broken_by", "ids", "services", "takes_over", "failing", "subject", "object",
)  # fmt: skip
"""Fields that hold ids, or parameters that stand for them."""

_NAMED_BY: Final = {
    "first_name": "first",
    "second_name": "second",
    "names": "ids",
    "organisation_name": "organisation",
    "ask_name": "ask",
}
_FREE: Final = {"requirement": "requirement", "service_type": "type", "market": "type", "part": "part", "hub": "hub"}
"""Fields that hold texts of sources of one sort, and the word before their number."""

_OF_LISTS: Final = re.compile(r"S[0-9]{2}|\([a-z_]+\)|all|none|type not stated")
"""Requirements, types of service and markets that tell nothing of anybody: DORA's codes, relations, words of ours."""

_BY_ID: Final = ("members", "providers", "services", "takes_over")
"""Lists that are in the order of ids; others are ranked, and only ties are in that order."""

_NUMBERED: Final = re.compile(r"\b(party|function|service|product|place|unknown|requirement|type|part|hub) ([0-9]+)\b")


def read_key(path: Path) -> bytes:
    """Return the key in a file.

    Raises
    ------
    MissingPathError
        If it cannot be read.
    UsageError
        If it is too short to be secret.

    """
    try:
        with path.open("rb") as file:
            secret = file.read(_LARGEST)
    except OSError as error:
        raise MissingPathError(f"{path}: cannot be read ({error.strerror}): name the file of a key") from None
    if len(secret) < _SHORTEST:
        raise UsageError(f"{path}: a key has {_SHORTEST} bytes at least: make one with openssl rand -out key.bin 32")
    return secret


def redacted(report: Report, view: View, secret: bytes = b"") -> Report:
    """Return a report that says the same of parties, functions and others by numbers.

    Parameters
    ----------
    report : Report
    view : View
        What it is made of.
    secret : bytes
        Decides the order of the numbers. Without it, all that the graph says does: who holds the facts can tell whose
        number is whose, and nobody else.

    Raises
    ------
    UsageError
        If it tells what changed, since that names what the graph has no more.

    """
    graph = view.graph
    if getattr(report, "since", None):
        raise UsageError("what changed since an earlier report names what is gone: leave out --since or --redact")
    secret = secret or digest(graph, _ORDER).encode()
    asked = json.dumps([report.meta.command, plain(report.meta.parameters), graph.as_of], sort_keys=True)
    return _Redaction(view, hmac.new(secret, asked.encode(), hashlib.sha256).digest()).report(report)


class _Redaction:
    """The numbers of one report."""

    def __init__(self, view: View, secret: bytes) -> None:
        self._secret = secret
        self._graph = view.graph
        nodes = view.graph.nodes
        kinds = [KINDS[kind].value for kind in nodes.kind.tolist()]
        ids: list[str] = [str(node_id) for node_id in nodes.id]
        sorts: dict[str, list[str]] = defaultdict(list)
        for node_id, kind, unknown in zip(ids, kinds, nodes.unknown.tolist(), strict=True):
            if not _is_country(node_id):
                sorts["unknown" if unknown else kind].append(node_id)
        self._ids = {
            id_key(node_id): told for sort, them in sorts.items() for node_id, told in self._numbered(sort, them)
        }
        columns: dict[str, Iterable[object]] = {
            "hub": nodes.hub,
            "part": [run.run.part for run in view.graph.runs],
            "requirement": view.graph.requirements.names,
            "type": view.graph.needs.service_types,
        }
        self._texts = {
            (sort, key(text)): told
            for sort, column in columns.items()
            for text, told in self._numbered(sort, {str(text) for text in column} - {""})
        }
        self._known = {text: told for text, told in self._all_texts(view, ids) if text}
        self._lengths = sorted({len(text) for text in self._known}, reverse=True)

    def _numbered(self, sort: str, texts: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Yield texts with their numbers, in an order that the key decides."""

        def place(text: str) -> bytes:
            return hmac.new(self._secret, f"{sort} {text}".encode(), hashlib.sha256).digest()

        for number, text in enumerate(sorted(texts, key=place), start=1):
            yield text, f"{sort} {number}"

    def _all_texts(self, view: View, ids: list[str]) -> Iterator[tuple[str, str]]:
        """Yield every text that may stand for something, folded, with what stands in its place; the best last."""
        graph = view.graph
        yield from ((text.lower(), told) for text, told in _elsewhere(view))
        yield from ((text, told) for (sort, text), told in self._texts.items() if sort in ("hub", "part"))
        for alias, node_id in graph.aliases.items():
            told = self._ids.get(id_key(node_id), "")
            yield from ((text.lower(), told) for text in (value_of(alias), alias) if told)
        for node_id, name in zip(ids, graph.nodes.name, strict=True):
            told = self._ids.get(id_key(node_id), "")
            yield from ((text.lower(), told) for text in (value_of(node_id), str(name), node_id) if told)

    def report(self, report: Report) -> Report:
        """Return a report with numbers in place of names."""
        found: Any = self._value(report, type(report).__name__, "")
        meta = found.meta
        told = replace(meta, parameters={**meta.parameters, "redact": NAMES}, notes=(_TOLD, *meta.notes))
        made: Report = replace(found, meta=told)
        return made

    def _value(self, value: Any, of: str, name: str) -> Any:
        if value is None or isinstance(value, bool | int | float | Enum):
            return value
        if isinstance(value, str):
            return self._text(value, of, name)
        if isinstance(value, Marking):
            return Marking(value.label)
        if isinstance(value, Mapping):
            # What was asked is told by names of options; what is in it, by whatever it is about.
            names = {
                each: each if of == "Meta" and name == "parameters" else self._replaced(str(each)) for each in value
            }
            return {names[each]: self._value(item, "" if of == "Meta" else of, each) for each, item in value.items()}
        if is_dataclass(value) or hasattr(value, "_asdict"):
            return self._object(value)
        return self._list(value, of, name)

    def _object(self, value: Any) -> Any:
        of = type(value).__name__
        if of in _OURS:
            return value
        names = [each.name for each in fields(value)] if is_dataclass(value) else list(value._asdict())
        values = {each: self._value(getattr(value, each), of, each) for each in names}
        for name, source in {"name": "id" if "id" in values else "dependent", **_NAMED_BY}.items():
            # One number for both, also where two of one name are two.
            if (
                name in values
                and of not in ("ShownNeed", "ShownTie")
                and values.get(source) != getattr(value, source, None)
            ):
                values[name] = values[source]
        made: Any = type(value)
        return made(**values)

    def _list(self, value: Any, of: str, name: str) -> Any:
        if name in _GONE:
            return type(value)()
        if of == "AuditorReport" and name == "findings":
            return tuple((code, count, WITHHELD) for code, count, _example in value)
        found = [self._value(item, of, name) for item in value]
        if name in _BY_ID:
            found.sort(key=_order)
        elif found and (is_dataclass(found[0]) or hasattr(found[0], "_asdict") or isinstance(found[0], Mapping)):
            found = [row for _, tied in groupby(found, _masked) for row in sorted(tied, key=_order)]
        return tuple(found) if isinstance(value, tuple) else found

    def _text(self, text: str, of: str, name: str) -> str:
        if not text or name in _GONE:
            return ""
        if name in _SECRET:
            return WITHHELD
        if name in _WORDS or (name == "source" and of in ("Basis", "Carried")):
            return text if self._replaced(text) == text else WITHHELD
        return self._id(text) if name in _IDS else self._free(text, name) if name in _FREE else self._replaced(text)

    def _id(self, text: str) -> str:
        position = self._graph.find(text)
        if position is None:
            try:
                position = self._graph.position(text)
            except UsageError:
                position = None
        node_id = text if position is None else str(self._graph.nodes.id[position])
        if _is_country(node_id):
            return node_id
        return self._ids.get(id_key(node_id)) or _changed(text, self._replaced(text))

    def _free(self, text: str, name: str) -> str:
        if _OF_LISTS.fullmatch(text):
            return text
        return self._ids.get(id_key(text)) or self._texts.get((_FREE[name], key(text))) or WITHHELD

    def _replaced(self, text: str) -> str:
        """Return a text with every name, id, file and record in it replaced; case tells none apart."""
        folded = text.lower()
        if len(folded) != len(text):
            return WITHHELD
        made, position, end = [], 0, len(text)
        while position < end:
            found = self._found(folded, position)
            if found:
                made.append(found[1])
                position += len(found[0])
            else:
                made.append(text[position])
                position += 1
        return "".join(made)

    def _found(self, folded: str, position: int) -> tuple[str, str] | None:
        """Return what is named at a position of a text, the longest name first."""
        if position and _in_word(folded[position - 1]) and _in_word(folded[position]):
            return None
        for length in self._lengths:
            told = self._known.get(folded[position : position + length])
            after = position + length
            if told and not (after < len(folded) and _in_word(folded[after]) and _in_word(folded[after - 1])):
                return folded[position:after], told
        return None


def _in_word(character: str) -> bool:
    return character.isalnum() or character == "_"


def _is_country(node_id: str) -> bool:
    """Say whether an id is that of a whole country."""
    return node_id.removeprefix("place:").upper() in countries()


def _named_in(one: Marking | Viewer) -> Iterator[str]:
    """Yield who is named in a marking, or as the viewer."""
    if isinstance(one, Marking):
        yield from (*one.hubs, *one.organisations, *one.recipients)
    else:
        yield from (one.name, one.organisation, *one.hubs)


def _changed(text: str, made: str) -> str:
    """Return what became of a text that stands for something; one that nobody knows is told to nobody."""
    return made if made != text else WITHHELD


def _elsewhere(view: View) -> Iterator[tuple[str, str]]:
    """Yield records, files, and who is named in markings, with what stands in their place."""
    for record in {str(record) for of in _evidence(view.graph) for record in of}:
        yield record.partition(":")[0].partition("#")[0], "record"
        yield record, "record"
    for receipt in view.receipts.values():
        yield from ((file.name, "file") for file in receipt.files)
    for run in view.graph.runs:
        yield from ((text, WITHHELD) for text in _named_in(run.run.marking))
    if view.lens.viewer:
        yield from ((text, WITHHELD) for text in _named_in(view.lens.viewer))


def _evidence(graph: Graph) -> Iterator[Iterable[Any]]:
    yield from (table.evidence.record for table in (graph.nodes, graph.needs, graph.ties))


def _masked(row: Any) -> str:
    """Return what a row says beside the numbers in place of names: rows of one are in the order of ids."""
    return _NUMBERED.sub("*", json.dumps(plain(row)))


def _order(row: Any) -> list[tuple[str, int]]:
    return [(sort, int(number)) for sort, number in _NUMBERED.findall(json.dumps(plain(row)))]
