"""The reference list of large groups: to whom a supplier belongs, where, and which are hyperscalers.

The list is `groups.csv` beside this module, one line per group. Its rules:

- `country` is where the ultimate parent is incorporated. Investment funds are not taken for parents: they hold
  companies apart from each other. A joint venture that nobody controls is a group of its own.
- `aliases` are other names of the group, and names of companies and products that it owns; an acquisition is
  listed once it was completed (by `CHECKED`). `identifiers` are of such companies too, so that they find a group
  and never say that two parties are one.
- `source` says where each line can be verified.
- `hyperscaler` follows `HYPERSCALER`.

A party is matched by an identifier, or by a name that is the same after `normal_name`. Nothing is guessed: who is
not matched is in no group of this list.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Final

from depgraph.errors import DepgraphError
from depgraph.ids import scheme_of, value_of
from depgraph.model import Finding, Import, Level, Marking, Node, Tie, TieKind
from depgraph.names import bare_words
from depgraph.ports import Counts, Imported

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from depgraph.graph import Named

HYPERSCALER: Final = (
    "A group whose cloud infrastructure services (IaaS and PaaS) the United Kingdom's communications regulator counts"
    " among the hyperscalers: Amazon Web Services, Microsoft and Google"
    " (Ofcom, Cloud services market study, final report, 5 October 2023)."
)
"""Which groups the list marks as hyperscalers, and by whose definition."""

CHECKED: Final = "2025-12-31"
"""The date up to which the list follows acquisitions."""

FILE: Final = "groups.csv"


@dataclass(frozen=True, slots=True)
class Group:
    """One line of the list.

    Attributes
    ----------
    country : str
        ISO 3166-1 alpha-2 code.
    hyperscaler : str
        ``yes`` or ``no``.
    names : tuple of str
        The group's name and its aliases.
    identifiers : tuple of str
        Ids of the group and of companies that it owns.
    record : str
        ``groups.csv:line``.

    """

    id: str
    name: str
    country: str
    hyperscaler: str
    names: tuple[str, ...]
    identifiers: tuple[str, ...]
    source: str
    record: str


def normal_name(name: str) -> str:
    """Return a name without case, accents, punctuation and the legal forms at its ends.

    Examples
    --------
    >>> normal_name("Zscaler, Inc."), normal_name("VODAFONE  Libertel B.V.")
    ('zscaler', 'vodafone libertel')

    """
    return " ".join(bare_words(name))


@lru_cache(maxsize=1)
def read_groups() -> tuple[Group, ...]:
    """Return the groups on the list, in the order of the file."""
    written = resources.files(__package__).joinpath(FILE).read_text(encoding="utf-8")
    return tuple(_groups(csv.DictReader(io.StringIO(written), strict=True)))


def _groups(rows: csv.DictReader[str]) -> Iterator[Group]:
    for row in rows:
        aliases = [alias.strip() for alias in row["aliases"].split("|") if alias.strip()]
        yield Group(
            id=row["id"],
            name=row["name"],
            country=row["country"],
            hyperscaler=row["hyperscaler"],
            names=(row["name"], *aliases),
            identifiers=(row["id"], *row["identifiers"].split()),
            source=row["source"],
            record=f"{FILE}:{rows.line_num}",
        )


@dataclass(frozen=True, slots=True)
class Directory:
    """Where to look a party up: by id, and by normal name."""

    by_id: dict[str, Group]
    by_name: dict[str, Group]


def directory(groups: Iterable[Group]) -> Directory:
    """Return the groups by everything that they can be found by.

    Raises
    ------
    DepgraphError
        If two lines claim one name or identifier: the list is at fault.

    """
    result = Directory({}, {})
    for group in groups:
        keys = [(result.by_id, identifier) for identifier in group.identifiers]
        keys += [(result.by_name, normal_name(name)) for name in group.names]
        for table, key in keys:
            if table.setdefault(key, group) is not group:
                raise DepgraphError(f"{group.record}: '{key}' is also claimed by {table[key].record}")
    return result


@lru_cache(maxsize=1)
def _directory() -> Directory:
    return directory(read_groups())


def find_groups(party: Named, listed: Directory) -> list[Group]:
    """Return the groups that a party belongs to by its identifiers and names: one, none, or a contradiction."""
    names = {party.name}
    if scheme_of(party.id) == "name":
        names.add(value_of(party.id))
    found = [listed.by_id.get(identifier) for identifier in (party.id, *party.identifiers)]
    found += [listed.by_name.get(normal_name(name)) for name in names]
    return sorted({group.id: group for group in found if group}.values(), key=lambda group: group.id)


def reference_import(parties: Iterable[Named]) -> Imported:
    """Return what the list says of `parties`: the groups that they belong to, and who belongs to them.

    Parameters
    ----------
    parties : iterable of Named
        The parties that imports name.

    Notes
    -----
    A party that is a group's own id gets no tie, only what the list says of the group. A
    party that its identifiers and names place in two groups is placed in none, with a
    finding. Groups that no party belongs to are left out.

    """
    nodes: dict[str, Node] = {}
    ties: list[Tie] = []
    findings: list[Finding] = []
    for party in parties:
        groups = find_groups(party, _directory())
        if len(groups) > 1:
            findings.append(_contradiction(party, groups))
            continue
        for group in groups:
            attributes = {"name": group.name, "country": group.country, "hyperscaler": group.hyperscaler}
            nodes[group.id] = Node(group.id, attributes, group.record)
            if party.id != group.id:
                ties.append(Tie(TieKind.OWNED_BY, party.id, group.id, None, None, None, group.record))
    return Imported(
        run=Import("reference", "groups", CHECKED, Marking(), 10, "CC0-1.0"),
        revision=0,
        counts=Counts(nodes=len(nodes), ties=len(ties)),
        findings=tuple(findings),
        nodes=tuple(nodes[key] for key in sorted(nodes)),
        ties=tuple(ties),
    )


def _contradiction(party: Named, groups: list[Group]) -> Finding:
    named = " and ".join(f"'{group.name}' ({group.record})" for group in groups)
    return Finding(
        Level.WARNING,
        "two-groups",
        groups[0].record,
        "",
        f"'{party.id}' would belong to {named}: it is placed in neither",
    )
