"""Rows of one requirement must agree on how many providers must work, and have that many."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, TypeAlias

from depgraph.model import Need
from importers.faults import fault

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from depgraph.model import Finding


_Key: TypeAlias = str
"""The dependent and the name of a requirement, joined: a text costs the collector of garbage nothing."""


_DEPENDENT, _PROVIDER, _REQUIREMENT, _AT_LEAST = map(
    Need._fields.index, ("dependent", "provider", "requirement", "at_least")
)

_Said: TypeAlias = tuple[str, str]
"""What the first row that says so asks for, and which row that is."""


class Requirements:
    """What the rows of each requirement say so far.

    A row that asks for more providers than its requirement has so far is held back until
    the others come, so that at the end a row that never gets them can be left out.
    """

    def __init__(self) -> None:
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
        # A need of its own that says nothing needs no bookkeeping.
        telling = [need for need in needs if need.requirement or need.at_least]
        words = set(map(itemgetter(_AT_LEAST), telling))
        keys = [f"{need[_DEPENDENT]}\n{need[_REQUIREMENT] or need[_PROVIDER]}" for need in telling]
        if words - {""}:
            for key, need in zip(keys, telling, strict=True):
                if need.at_least:
                    self._check_agreement(key, need)
        providers = list(map(itemgetter(_PROVIDER), telling))
        firsts = list(map(self._providers.setdefault, keys, providers))
        if firsts != providers:
            for key, first, provider in zip(keys, firsts, providers, strict=True):
                if first != provider:
                    self._add(key, provider)
        if not self._held and not any(asked(word) > 1 for word in words):
            return needs
        return [released for need in needs for released in self._judged(need)]

    def _check_agreement(self, key: _Key, need: Need) -> None:
        said = self._said.setdefault(key, (need.at_least, need.record))
        if said[0] != need.at_least:
            message = f"says {need.at_least}, but {said[1]} says {said[0]} for the same requirement"
            raise fault(need.record, "at_least", f"{message}: make them agree", "requirement-disagreement")

    def _add(self, key: _Key, provider: str) -> None:
        known = self._providers[key]
        if isinstance(known, str):
            known = self._providers[key] = {known}
        known.add(provider)

    def _count(self, key: _Key) -> int:
        known = self._providers.get(key, "")
        return 1 if isinstance(known, str) else len(known)

    def _judged(self, need: Need) -> list[Need]:
        key = f"{need.dependent}\n{need.requirement or need.provider}"
        n = self._count(key)
        if asked(need.at_least) > n:
            self._held.setdefault(key, []).append(need)
            return []
        if key in self._held and asked(self._said[key][0]) <= n:
            return [*self._held.pop(key), need]
        return [need]

    def lacking(self) -> Iterator[Finding]:
        """Yield what is wrong with each row that is still held back."""
        for key, needs in self._held.items():
            n = self._count(key)
            for need in needs:
                message = f"asks for {need.at_least} of {n} provider{'s' * (n > 1)}"
                cure = "lower it, or give the rows of the others the same requirement"
                yield from fault(need.record, "at_least", f"{message}: {cure}", "too-few-providers").findings


def asked(at_least: str) -> int:
    """Return the largest number that an `at_least` asks for; a word asks for no number.

    Examples
    --------
    >>> [asked(word) for word in ("2", "1..3", "all", "")]
    [2, 3, 0, 0]

    """
    number = at_least.rpartition(".")[2]
    return int(number) if number.isdigit() else 0
