"""`Joining`: ids joined one pair after the other, unless something says that they are two."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Block(NamedTuple):
    """Why two ids cannot be one: two that hang together with them are decided to be two, or are two entities."""

    one: str
    other: str
    entities: bool

    def __str__(self) -> str:
        return f"'{self.one}' and '{self.other}' are " + ("two LEIs" if self.entities else "decided to be two parties")


class Joining:
    """Sets of ids that are one party, and what forbids to make one of two of them.

    Parameters
    ----------
    pairs : iterable of (str, str)
        Ids that are one in any case.
    apart : iterable of (str, str)
        Ids that are two: nothing joins their sets from now on.
    entities : mapping of str to str
        An id that stands for one entity -> that entity; sets of two entities are not joined. One set may hold ids of
        one entity only.

    Examples
    --------
    >>> joining = Joining([("a", "b")], [("b", "c")], {})
    >>> joining.join("a", "d"), str(joining.join("d", "c"))
    (None, "'b' and 'c' are decided to be two parties")
    >>> [joining.root(one) for one in "abcd"]
    ['a', 'a', 'c', 'a']

    """

    def __init__(
        self, pairs: Iterable[tuple[str, str]], apart: Iterable[tuple[str, str]], entities: Mapping[str, str]
    ) -> None:
        self.parents: dict[str, str] = {}
        self._entities = entities
        for first, second in pairs:
            self._unite(self.root(first), self.root(second))
        self._entity: dict[str, str] = {}
        for member in entities:
            root = self.root(member)
            self._entity[root] = min(member, self._entity.get(root, member))
        self._against: dict[str, dict[str, tuple[str, str]]] = {}
        for first, second in apart:
            one, other = self.root(first), self.root(second)
            if one != other:
                self._against.setdefault(one, {}).setdefault(other, (first, second))
                self._against.setdefault(other, {}).setdefault(one, (second, first))

    def root(self, member: str) -> str:
        """Return the id that stands for all that are one with this one."""
        parents = self.parents
        while parents.get(member, member) != member:
            parents[member] = parents[parents[member]]
            member = parents[member]
        return member

    def block(self, first: str, second: str) -> Block | None:
        """Return what forbids that two ids are one, or None."""
        one, other = self.root(first), self.root(second)
        if one == other:
            return None
        said = self._against.get(one, {}).get(other)
        if said:
            return Block(*said, entities=False)
        mine, theirs = self._entity.get(one), self._entity.get(other)
        if mine and theirs and self._entities[mine] != self._entities[theirs]:
            return Block(mine, theirs, entities=True)
        return None

    def join(self, first: str, second: str) -> Block | None:
        """Make two ids one unless something forbids it, which is returned."""
        one, other = self.root(first), self.root(second)
        block = self.block(one, other)
        if block or one == other:
            return block
        entity = min(filter(None, (self._entity.pop(one, ""), self._entity.pop(other, ""))), default="")
        root = self._unite(one, other)
        if entity:
            self._entity[root] = entity
        self._move(one if root == other else other, root)
        return None

    def _unite(self, one: str, other: str) -> str:
        low = min(one, other)
        self.parents[one] = self.parents[other] = low
        return low

    def _move(self, gone: str, root: str) -> None:
        """Let what is said against a set that gave way be said against the one in its place."""
        for other, said in self._against.pop(gone, {}).items():
            self._against.setdefault(root, {}).setdefault(other, said)
            back = self._against[other]
            back.setdefault(root, back[gone])
            del back[gone]
