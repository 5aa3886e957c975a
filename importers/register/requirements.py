"""Rows of one requirement must agree on how many providers must work, and have that many."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from importers.faults import fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from depgraph.model import Finding, Need


_Key: TypeAlias = str
"""The dependent and the name of a requirement, joined: a text costs the collector of garbage nothing."""


class _Said(NamedTuple):
    """The first row of a requirement that says how many must work."""

    at_least: str
    record: str


class Requirements:
    """What the rows of each requirement say so far.

    A row that asks for more providers than its requirement has so far is held back until
    the others come, so that at the end a row that never gets them can be left out.
    """

    def __init__(self) -> None:
        self._said: dict[_Key, _Said] = {}
        self._providers: dict[_Key, str | set[str]] = {}
        self._held: dict[_Key, list[Need]] = {}

    def release(self, need: Need) -> tuple[Need, ...]:
        """Return the needs that may go on, now that this one is known.

        Raises
        ------
        InputError
            If an earlier row of the requirement says something else.

        """
        if not need.requirement and not need.at_least:
            return (need,)
        key = f"{need.dependent}\n{need.requirement or need.provider}"
        known = self._providers.setdefault(key, need.provider)
        if not need.at_least and not self._held:
            if known != need.provider:
                self._count(key, need.provider)
            return (need,)
        return self._judged(need, key)

    def _judged(self, need: Need, key: _Key) -> tuple[Need, ...]:
        if need.at_least:
            said = self._said.setdefault(key, _Said(need.at_least, need.record))
            if said.at_least != need.at_least:
                message = f"says {need.at_least}, but {said.record} says {said.at_least} for the same requirement"
                raise fault(need.record, "at_least", f"{message}: make them agree", "requirement-disagreement")
        n = self._count(key, need.provider)
        if asked(need.at_least) > n:
            self._held.setdefault(key, []).append(need)
            return ()
        if key in self._held and asked(self._said[key].at_least) <= n:
            return (*self._held.pop(key), need)
        return (need,)

    def lacking(self) -> Iterator[Finding]:
        """Yield what is wrong with each row that is still held back."""
        for key, needs in self._held.items():
            providers = self._providers[key]
            n = 1 if isinstance(providers, str) else len(providers)
            for need in needs:
                message = f"asks for {need.at_least} of {n} provider{'s' * (n > 1)}"
                cure = "lower it, or give the rows of the others the same requirement"
                yield from fault(need.record, "at_least", f"{message}: {cure}", "too-few-providers").findings

    def _count(self, key: _Key, provider: str) -> int:
        known = self._providers[key]
        if known == provider:
            return 1
        if isinstance(known, str):
            known = self._providers[key] = {known}
        known.add(provider)
        return len(known)


def asked(at_least: str) -> int:
    """Return the largest number that an `at_least` asks for; a word asks for no number.

    Examples
    --------
    >>> [asked(word) for word in ("2", "1..3", "all", "")]
    [2, 3, 0, 0]

    """
    number = at_least.rpartition(".")[2]
    return int(number) if number.isdigit() else 0
