"""What stands behind a sender: whose records its SPF record takes in, where the data determine it.

The measurement gives each domain one text: its own record, and behind it the records that were looked up. Which of
them belongs to which sender is determined in two ways.

- *By order*: where every record was found, they stand in the order in which they were looked up (`spf.unfold`). A host
  has one record, whoever includes it, so that what one municipality shows of it holds for all.
- *By exclusion*: what a municipality shows beyond that comes from a sender whose record is not known. If among all
  municipalities that show one supplier so, exactly one such sender is common, it is that one.

What stays is not attached to any sender.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from importers.internet import spf
from importers.internet.spf import Chains
from importers.internet.suppliers import registrable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from importers.municipal_mail.measurements import Lookup

OWN: Final = "own"
"""Stands for the domain itself among the senders that may be behind something."""


def read_chains(lookups: Mapping[str, Lookup]) -> Chains:
    """Return what stands behind each sender of these domains."""
    texts: defaultdict[str, dict[str, str]] = defaultdict(dict)
    unordered = []
    for domain, lookup in lookups.items():
        unfolded = spf.unfold(lookup.resolved)
        if unfolded is None:
            unordered.append(domain)
        for host, text in (unfolded or {}).items():
            texts[host].setdefault(text, lookup.record)
    # A host seen with two records changed while it was measured: neither is taken for the one.
    policies = {host: next(iter(found)) for host, found in texts.items() if len(found) == 1}
    behind = {host: dict.fromkeys(spf.included(policy), texts[host][policy]) for host, policy in policies.items()}
    left = _unexplained({domain: lookups[domain] for domain in unordered}, behind)
    return Chains(policies, *_by_exclusion(left, lookups, behind))


def _unexplained(lookups: Mapping[str, Lookup], behind: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    """Return the hosts that each domain shows beyond what its own record and known records name."""
    unexplained = {}
    for domain, lookup in lookups.items():
        own, *others = spf.records(lookup.resolved)
        direct = spf.included(own)
        known = {*direct, *spf.closure(direct, behind)}
        shown = dict.fromkeys(host for record in others for host in spf.included(record))
        unexplained[domain] = [host for host in shown if host not in known]
    return unexplained


def _by_exclusion(
    left: Mapping[str, Iterable[str]], lookups: Mapping[str, Lookup], behind: dict[str, dict[str, str]]
) -> tuple[dict[str, dict[str, str]], dict[str, tuple[str, ...]]]:
    """Attach what only one sender can explain; return what stands behind each host, and what is left."""
    senders = {domain: _open_senders(domain, lookups[domain], behind) for domain in left}
    showing: defaultdict[str, list[str]] = defaultdict(list)
    for domain, hosts in left.items():
        for supplier in dict.fromkeys(map(registrable, hosts)):
            showing[supplier].append(domain)
    attached = {host: dict(shown) for host, shown in behind.items()}
    rest: dict[str, tuple[str, ...]] = {}
    for domain, hosts in left.items():
        stays = []
        for host in hosts:
            common = set.intersection(*(set(senders[shown]) for shown in showing[registrable(host)]))
            sender = common.pop() if len(common) == 1 else OWN
            if sender == OWN:
                stays.append(host)
            for including in senders[domain].get(sender, ()):
                attached.setdefault(including, {}).setdefault(host, lookups[domain].record)
        if stays:
            rest[domain] = tuple(stays)
    return attached, rest


def _open_senders(domain: str, lookup: Lookup, behind: Mapping[str, object]) -> dict[str, list[str]]:
    """Return the senders in a domain's own record whose records are not known, each with its hosts."""
    senders: defaultdict[str, list[str]] = defaultdict(list)
    for host in spf.included(spf.records(lookup.resolved)[0]):
        if host not in behind:
            own = host == domain or host.endswith(f".{domain}")
            senders[OWN if own else registrable(host)].append(host)
    if OWN in senders:
        senders[OWN] = []
    return dict(senders)
