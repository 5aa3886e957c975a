"""Records of the Sender Policy Framework (RFC 7208): which hosts they name, and how they include each other."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from importers.internet.hosts import hostname

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

VERSION: Final = "v=spf1"
MAX_LOOKUPS: Final = 10
"""Records that the measurement looks up for one domain (RFC 7208, section 4.6.4)."""

_NAMING: Final = frozenset({"include", "redirect", "a", "mx", "ptr", "exists"})
_ADDRESSES: Final = frozenset({"ip4", "ip6"})
_IGNORED: Final = frozenset({"all", "exp", "v"})
_TERM: Final = re.compile(r"([+\-~?]?)([a-z0-9]+)(?:[:=](.*))?", re.IGNORECASE)
_INCLUDED: Final = (re.compile(r"\binclude:(\S+)", re.IGNORECASE), re.compile(r"\bredirect=(\S+)", re.IGNORECASE))
_HIDDEN: Final = re.compile("[\u200b-\u200f\u2060\ufeff]")
_BREAK: Final = re.compile(rf"(?={VERSION})", re.IGNORECASE)


class Policy(NamedTuple):
    """What a record says.

    Attributes
    ----------
    hosts : tuple of str
        Hosts that it names, in lower case: included, redirected to, or allowed to send by `a`, `mx`, `ptr`
        or `exists`.
    addresses : int
        Terms that allow senders which it does not name: `ip4`, `ip6`, and `a`, `mx`, `ptr` of the domain itself.
    odd : tuple of str
        Terms that say nothing that could be used.
    hidden : bool
        Whether it has characters that nobody sees.

    """

    hosts: tuple[str, ...]
    addresses: int
    odd: tuple[str, ...]
    hidden: bool = False


class Chains(NamedTuple):
    """What records take in.

    Attributes
    ----------
    policies : dict of str to str
        The record of each host, where known.
    behind : dict of str to dict of str to str
        Host -> hosts whose records it takes in -> the record of the data that shows it.
    left : dict of str to tuple of str
        Domain -> hosts that it shows and that no sender explains.

    """

    policies: dict[str, str]
    behind: dict[str, dict[str, str]]
    left: dict[str, tuple[str, ...]]


def read_policy(record: str) -> Policy:
    """Return what a record says.

    Examples
    --------
    >>> read_policy("v=spf1 mx ip4:192.0.2.1 include:spf.example.net exists:%{i}._spf.example.org -all")
    Policy(hosts=('spf.example.net', '_spf.example.org'), addresses=2, odd=(), hidden=False)

    """
    plain = _HIDDEN.sub("", record)
    hosts: dict[str, None] = {}
    odd: list[str] = []
    addresses = 0
    for term in plain.split():
        match = _TERM.fullmatch(term)
        qualifier, name, value = match.groups() if match else ("", "", None)
        name = (name or "").lower()
        if name in _IGNORED:
            continue
        if name in _ADDRESSES or (name in _NAMING and not value):
            addresses += 1
            continue
        host = host_of(value or "") if name in _NAMING and qualifier != "-" else ""
        if host:
            hosts[host] = None
        else:
            odd.append(term)
    return Policy(tuple(hosts), addresses, tuple(odd), hidden=plain != record)


def included(record: str) -> list[str]:
    """Return the hosts whose records a record takes in, in the order in which the measurement looks them up."""
    return [host.lower().rstrip(".") for pattern in _INCLUDED for host in pattern.findall(record)]


def records(resolved: str) -> list[str]:
    """Return the records that a resolved chain is made of: the domain's own, then those looked up."""
    return [part.strip() for part in _BREAK.split(resolved) if part.strip()]


def unfold(resolved: str) -> dict[str, str] | None:
    """Return the record of each host that a resolved chain took in, or None if its order does not tell.

    The measurement looks up what a record includes, breadth first, each host once and at
    most `MAX_LOOKUPS`, and puts the records that it finds one behind another. If there
    are as many as hosts were looked up, every one was found and stands in its place.

    Examples
    --------
    >>> unfold("v=spf1 include:a.nl include:b.nl v=spf1 include:c.nl v=spf1 mx v=spf1 a")
    {'a.nl': 'v=spf1 include:c.nl', 'b.nl': 'v=spf1 mx', 'c.nl': 'v=spf1 a'}
    >>> unfold("v=spf1 include:a.nl include:b.nl v=spf1 include:c.nl")

    """
    own, *behind = records(resolved) or [""]
    order: dict[str, None] = dict.fromkeys(included(own))
    for record in behind:
        order.update(dict.fromkeys(included(record)))
    # The hosts that are named do not depend on which record belongs to whom, only the
    # order in which they are named does; and that is the order of the records themselves.
    if len(behind) != min(len(order), MAX_LOOKUPS):
        return None
    return dict(zip(order, behind, strict=False))


def host_of(value: str) -> str:
    """Return the host of a domain-spec, in lower case, or an empty text if it names none.

    Of a name with macros, that is what follows the last of them (RFC 7208, section 7); of
    what has the form of a mail address, its domain: nobody's address goes any further.
    """
    literal = value.rpartition("}")[2].lstrip(".") if "%{" in value else value
    return hostname(literal.partition("/")[0].rpartition("@")[2])


def closure(hosts: Iterable[str], children: Mapping[str, Iterable[str]]) -> Iterator[str]:
    """Yield all that hosts take in, however deep, each once."""
    seen: set[str] = set()
    queue = list(hosts)
    while queue:
        for child in children.get(queue.pop(), ()):
            if child not in seen:
                seen.add(child)
                queue.append(child)
                yield child
