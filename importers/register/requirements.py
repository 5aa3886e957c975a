"""Rows of one requirement must agree on how many providers must work, and have that many."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, TypeAlias

from depgraph.ids import key, kind_of
from depgraph.model import DEFAULT_RELATIONS, Kind, Need, Relation
from importers.readers.faults import fault
from importers.register.memory import Memory

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from depgraph.model import Finding
    from importers.register.declared import Declared


_Key: TypeAlias = str
"""The dependent and the name of a requirement, joined: a text costs the collector of garbage nothing."""


_PROVIDER, _AT_LEAST = map(Need._fields.index, ("provider", "at_least"))

_Said: TypeAlias = tuple[str, str]
"""What the first row that says so asks for, and which row that is."""


class Requirements:
    """What the rows of each requirement say so far.

    A row that asks for more providers than its requirement has so far is held back until
    the others come, so that at the end a row that never gets them can be left out. Names
    are compared by their key, and nodes by what the register says that they are. A row that
    names no requirement is taken for one of its type, as this register alone tells it.
    """

    def __init__(self, declared: Declared) -> None:
        self._same = declared.same
        self._one = declared.one
        self._types = declared.service_types
        self._names: Memory[str, str] = Memory(key)
        self._said: dict[_Key, _Said] = {}
        self._providers: dict[_Key, str | set[str]] = {}
        self._held: dict[_Key, list[Need]] = {}

    def release(self, needs: Sequence[Need]) -> Sequence[Need]:
        """Return the needs that may go on, now that these are known.

        Raises
        ------
        InputError
            If one of them contradicts an earlier row of its requirement; then none of them counts.

        """
        words = set(map(itemgetter(_AT_LEAST), needs))
        keys = self._keys(needs)
        if words - {""}:
            for group, need in zip(keys, needs, strict=True):
                if need.at_least:
                    self._check_agreement(group, need)
        providers = list(map(itemgetter(_PROVIDER), needs))
        if self._same:
            providers = list(map(self._one, providers))
        firsts = list(map(self._providers.setdefault, keys, providers))
        if firsts != providers:
            for group, first, provider in zip(keys, firsts, providers, strict=True):
                if first != provider:
                    self._add(group, provider)
        if not self._held and not any(asked(word) > 1 for word in words):
            return needs
        return [released for group, need in zip(keys, needs, strict=True) for released in self._judged(group, need)]

    def _keys(self, needs: Sequence[Need]) -> list[_Key]:
        """Return the requirement of each need."""
        names, types = self._names, self._types
        called = [
            names[need.requirement or need.service_type or types.get(need.provider, "")] or _unnamed(need)
            for need in needs
        ]
        if not self._same:
            return [f"{need.dependent}\n{name}" for need, name in zip(needs, called, strict=True)]
        one = self._one
        return [f"{one(need.dependent)}\n{name}" for need, name in zip(needs, called, strict=True)]

    def _check_agreement(self, group: _Key, need: Need) -> None:
        said = self._said.setdefault(group, (need.at_least, need.record))
        if said[0] != need.at_least:
            message = f"says {need.at_least}, but {said[1]} says {said[0]} for the same requirement"
            raise fault(need.record, "at_least", f"{message}: make them agree", "requirement-disagreement")

    def _add(self, group: _Key, provider: str) -> None:
        known = self._providers[group]
        if isinstance(known, str):
            known = self._providers[group] = {known}
        known.add(provider)

    def _count(self, group: _Key) -> int:
        known = self._providers.get(group, "")
        return 1 if isinstance(known, str) else len(known)

    def _judged(self, group: _Key, need: Need) -> list[Need]:
        n = self._count(group)
        if asked(need.at_least) > n:
            self._held.setdefault(group, []).append(need)
            return []
        if group in self._held and asked(self._said[group][0]) <= n:
            return [*self._held.pop(group), need]
        return [need]

    def lacking(self) -> Iterator[Finding]:
        """Yield what is wrong with each row that is still held back."""
        for group, needs in self._held.items():
            n = self._count(group)
            for need in needs:
                message = f"asks for {need.at_least} of {n} provider{'s' * (n > 1)}"
                cure = "lower it, or give the rows of the others the same requirement"
                yield from fault(need.record, "at_least", f"{message}: {cure}", "too-few-providers").findings


def _unnamed(need: Need) -> str:
    """Return the name of the one requirement of a dependent's needs of this relation that have no name."""
    relation = need.relation or DEFAULT_RELATIONS[Kind(kind_of(need.dependent)), Kind(kind_of(need.provider))]
    return "" if relation == Relation.USES else f"({relation})"


def asked(at_least: str) -> int:
    """Return the largest number that an `at_least` asks for; a word asks for no number.

    Examples
    --------
    >>> [asked(word) for word in ("2", "1..3", "all", "")]
    [2, 3, 0, 0]

    """
    number = at_least.rpartition(".")[2]
    return int(number) if number.isdigit() else 0
