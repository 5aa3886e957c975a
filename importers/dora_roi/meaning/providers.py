"""Who the providers are: by the code that a register identifies them with, and what it says of them.

An individual is nobody by name: `unknown:` with the row of the register as its number, so that two stay two. Numbers of
passports and of persons are never kept, nor the names of individuals.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from depgraph.ids import UNKNOWN, entity_behind, is_unknown, mint
from depgraph.model import Facts, Node, Tie, TieKind, Value
from importers.dora_roi.meaning.codes import country, member, minted
from importers.dora_roi.meaning.folding import key
from importers.links import tie

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importers.dora_roi.meaning.register import Register, Said

LEI, NATIONAL, EUID, CRN, VAT, PASSPORT = "qx2000", "qx2001", "qx2002", "qx2003", "qx2004", "qx2005"
INDIVIDUAL: Final = "x213"

_WORDS: Final = {LEI: "LEI", EUID: "EUID", CRN: "CRN", VAT: "VAT"}
_SCHEMES: Final = {LEI: "lei", EUID: "euid", VAT: "vat"}
_REGISTERS: Final = {"NL": "kvk", "BE": "kbo", "LU": "rcs"}
"""The scheme of the company register of a country, of which one number is one entity."""


class Provider(NamedTuple):
    """One row of B_05.01; `id` is that of the party, or an unknown one."""

    id: str
    row: Said
    names: frozenset[str]
    countries: frozenset[str]


class Providers:
    """The providers of one register, by their codes."""

    def __init__(self, register: Register) -> None:
        self._register = register
        self._listed: dict[str, Provider] = {}
        self._unlisted: dict[str, str] = {}
        for row in register.rows("B_05.01"):
            if row["c0010"]:
                self._take(row)

    def id_of(self, code: str, record: str, template: str, line: int) -> str:
        """Return who a code means: one that B_05.01 does not have is nobody known, the same one wherever it stands."""
        found = self._listed.get(key(code))
        if found:
            return found.id
        if key(code) not in self._unlisted:
            self._unlisted[key(code)] = mint("unknown", f"{self._register.key}/{template} row {line}")
            message = "B_05.01 has no row of this provider: who it is counts as not known"
            self._register.remark("provider-not-listed", record, "", message)
        return self._unlisted[key(code)]

    def name_of(self, code: str) -> str:
        """Return what a provider is called, as far as it may be said."""
        found = self._listed.get(key(code))
        if found is None or is_unknown(found.id):
            return "a provider that is not named"
        return min(found.names, default="") or code

    def part_of(self, code: str) -> str:
        """Return what stands for a provider in the ids of services: its code, unless that may be a person's."""
        found = self._listed.get(key(code))
        if found and not is_unknown(found.id):
            return code
        return (found.id if found else self._unlisted.get(key(code), UNKNOWN)).rpartition("/")[2]

    def facts(self) -> Iterator[Facts]:
        """Yield each provider, and the group that it belongs to."""
        for provider in self._listed.values():
            if is_unknown(provider.id):
                continue
            attributes: dict[str, Value] = {}
            # Two rows of one key that differ (rule 806): nobody chooses between them.
            if len(provider.names) == 1:
                attributes["name"] = next(iter(provider.names))
            if len(provider.countries) == 1:
                attributes["country"] = next(iter(provider.countries))
            others = tuple(self._others(provider))
            if others:
                attributes["identifiers"] = others
            node = Node(provider.id, attributes, provider.row.record)
            yield Facts(nodes=(node,), ties=tuple(self._group(provider)))

    def _take(self, row: Said) -> None:
        code = key(row["c0010"])
        name = row["c0050"] or row["c0060"]
        where = country(row["c0080"])
        before = self._listed.get(code)
        if before is None:
            identity = self._identity(row["c0010"], row["c0020"], row)
            self._listed[code] = Provider(identity, row, _one(name), _one(where))
        else:
            self._listed[code] = before._replace(
                names=before.names | _one(name), countries=before.countries | _one(where)
            )

    def _identity(self, code: str, kind: str, row: Said) -> str:
        kind = member(kind)
        if member(row["c0070"]) == INDIVIDUAL or kind in (NATIONAL, PASSPORT):
            return mint("unknown", f"{self._register.key}/B_05.01 row {row.line}")
        where = country(row["c0080"])
        found = _by_code(code, kind, where)
        if found:
            return found
        if kind in _SCHEMES:
            message = f"is no {_WORDS[kind]} by its form or check digits: known by name, country and this code"
            self._register.remark("provider-code", row.record, "c0010", message)
        name = row["c0050"] or row["c0060"]
        told = " ".join(filter(None, (_WORDS.get(kind, "code"), where, code)))
        return mint("name", f"{name} ({told})" if name else told)

    def _others(self, provider: Provider) -> Iterator[str]:
        """Yield the other identifiers: the additional code, and the national number that an EUID contains."""
        row = provider.row
        kind = member(row["c0040"])
        found = {_by_code(row["c0030"], kind, country(row["c0080"]))} if kind and row["c0030"] else set()
        found |= {entity_behind(one) for one in (provider.id, *found) if one.startswith("euid:")}
        yield from sorted(found - {"", provider.id})

    def _group(self, provider: Provider) -> Iterator[Tie]:
        parent = self._listed.get(key(provider.row["c0110"]))
        if parent and parent.id != provider.id and not is_unknown(parent.id):
            yield tie(TieKind.OWNED_BY, provider.id, parent.id, record=provider.row.record)


def _by_code(code: str, kind: str, where: str) -> str:
    """Return the id that a code is by its type; empty where it is none that stands for one entity anywhere."""
    if kind in _SCHEMES:
        return minted(_SCHEMES[kind], code)
    if kind == CRN and where in _REGISTERS:
        return minted(_REGISTERS[where], code)
    return minted("lei", code) if not kind else ""


def _one(value: str) -> frozenset[str]:
    return frozenset({value}) if value else frozenset()
