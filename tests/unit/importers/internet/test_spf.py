"""SPF records: what they name, and how a chain of them unfolds."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING

import pytest

from importers.internet import spf

if TYPE_CHECKING:
    from collections.abc import Mapping

    from importers.municipal_mail.measurements import Measurements


def measure(record: str, zone: Mapping[str, str]) -> str:
    """Do what the measurement does: look up what a record includes, breadth first, at most ten hosts."""
    found, seen = [record], set()
    queue = re.findall(r"include:(\S+)", record) + re.findall(r"redirect=(\S+)", record)
    while queue and len(seen) < 10:
        host = queue.pop(0).lower().rstrip(".")
        if host in seen:
            continue
        seen.add(host)
        if host in zone:
            found.append(zone[host])
            queue += re.findall(r"include:(\S+)", zone[host]) + re.findall(r"redirect=(\S+)", zone[host])
    return " ".join(found)


@pytest.mark.parametrize(
    ("record", "hosts", "addresses"),
    [
        ("v=spf1 -all", (), 0),
        ("v=spf1 include:Spf.Example.NL. ~all", ("spf.example.nl",), 0),
        ("v=spf1 +include:a.nl ?include:b.nl ~include:c.nl -all", ("a.nl", "b.nl", "c.nl"), 0),
        ("v=spf1 redirect=_spf.example.nl", ("_spf.example.nl",), 0),
        ("v=spf1 a mx ptr ip4:192.0.2.0/24 ip6:2001:db8::/32 all", (), 5),
        ("v=spf1 a:mail.example.nl/28 mx:example.org ptr:example.net exp=why.example.nl",
         ("mail.example.nl", "example.org", "example.net"), 0),
        ("v=spf1 include:%{i}._ip.%{h}._ehlo.%{d}._spf.vali.email exists:%{ir}.%{v}._spf.example.nl",
         ("_spf.vali.email", "_spf.example.nl"), 0),
        ("V=SPF1 INCLUDE:a.nl include:a.nl", ("a.nl",), 0),
        ("v=spf1 include:who@example.nl -all", ("example.nl",), 0),
    ],
)  # fmt: skip
def test_what_a_record_names(record: str, hosts: tuple[str, ...], addresses: int) -> None:
    policy = spf.read_policy(record)
    assert (policy.hosts, policy.addresses, policy.odd) == (hosts, addresses, ())


@pytest.mark.parametrize(
    "term", ["a:195.13.7.7", "include:%{d}", "-include:a.nl", "include:localhost", "foo:bar.nl", "=x"]
)  # fmt: skip
def test_terms_that_name_nobody_are_said_to_be_odd(term: str) -> None:
    policy = spf.read_policy(f"v=spf1 {term} include:b.nl -all")
    assert (policy.hosts, policy.odd) == (("b.nl",), (term,))


def test_characters_that_nobody_sees_are_left_out() -> None:
    policy = spf.read_policy("v=spf1 \u200b\u200binclude:mailgun.org -all")
    assert (policy.hosts, policy.odd, policy.hidden) == (("mailgun.org",), (), True)


def test_a_chain_unfolds_into_the_record_of_each_host() -> None:
    zone = {
        "a.nl": "v=spf1 include:c.nl redirect=d.nl",
        "b.nl": "v=spf1 include:a.nl ip4:192.0.2.1 -all",
        "c.nl": "v=spf1 mx -all",
        "d.nl": "v=spf1 -all",
    }
    own = "v=spf1 include:a.nl include:b.nl -all"
    assert spf.unfold(measure(own, zone)) == zone


@pytest.mark.parametrize("missing", ["a.nl", "b.nl", "c.nl"])
def test_a_chain_with_a_record_that_was_not_found_does_not_unfold(missing: str) -> None:
    zone = {"a.nl": "v=spf1 include:c.nl -all", "b.nl": "v=spf1 mx -all", "c.nl": "v=spf1 a -all"}
    del zone[missing]
    assert spf.unfold(measure("v=spf1 include:a.nl include:b.nl -all", zone)) is None


def test_random_chains_unfold_rightly_or_not_at_all() -> None:
    generator = random.Random(20260428)  # not for secrets
    right = 0
    for _ in range(2_000):
        names = [f"h{number}.nl" for number in range(generator.randint(1, 14))]
        zone = {
            name: "v=spf1 " + " ".join([*(f"include:{other}" for other in generator.sample(names, generator.randint(0, min(3, len(names))))), f"ip4:192.0.2.{at}", "-all"])
            for at, name in enumerate(names)
        }  # fmt: skip
        for name in names:
            if generator.random() < 0.05:
                del zone[name]
        own = "v=spf1 " + " ".join(
            f"include:{name}" for name in generator.sample(names, generator.randint(0, min(4, len(names))))
        )
        unfolded = spf.unfold(measure(own, zone))
        if unfolded is not None:
            assert all(zone[host] == record for host, record in unfolded.items())
            right += 1
    assert right > 1_000


def test_the_measured_chains_unfold_and_can_be_measured_again(measured: Measurements) -> None:
    """What is read out of the chains, put back together, gives each chain anew, to the letter."""
    unfolded = {domain: spf.unfold(lookup.resolved) for domain, lookup in measured.lookups.items()}
    assert len(unfolded) == 1_007
    assert sum(found is None for found in unfolded.values()) == 11
    zone: dict[str, str] = {}
    for found in unfolded.values():
        for host, record in (found or {}).items():
            assert zone.setdefault(host, record) == record
    assert len(zone) == 870
    again = {
        domain: measure(spf.records(lookup.resolved)[0], zone)
        for domain, lookup in measured.lookups.items()
        if lookup.resolved
    }
    same = sum(" ".join(again[domain].split()) == measured.lookups[domain].resolved for domain in again)
    assert (len(again), same) == (996, 993)
