"""The mail of one municipality, as DNS shows it: who receives it, who keeps the mailboxes, and who else may send."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from depgraph.model import Finding, Level
from importers.internet import services, spf
from importers.internet.suppliers import operator_of_network
from importers.municipal_mail.measurements import place
from importers.municipal_mail.owners import party_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importers.internet.owners import Owners
    from importers.internet.services import Service
    from importers.internet.spf import Chains
    from importers.municipal_mail.measurements import Lookup, Municipality

RECEIVES: Final = 1.0
"""Confidence that a mail server that DNS names receives: that is what the record is for."""
DISCOVERED: Final = 0.9
"""That mailboxes are where mail programmes are sent to."""
SIGNED: Final = 0.8
"""That mailboxes are with whom the signing keys are delegated to."""
SERVICE_RECORD: Final = 0.6
"""That mailboxes are where a service record points that no mail programme asks first."""
ALLOWED: Final = 0.8
"""That who is allowed to send does: the right may have outlived the contract."""
LEFT: Final = 0.4
"""That a supplier somewhere behind the senders carries an application of this municipality."""


class Sender(NamedTuple):
    """Who may send for a municipality; `host` is the one that a record names."""

    host: str
    service: Service
    confidence: float


class Mail(NamedTuple):
    """The mail of a municipality: services, each with its confidence, and further senders."""

    municipality: Municipality
    incoming: tuple[Service, ...]
    mailboxes: tuple[tuple[Service, float], ...]
    senders: tuple[Sender, ...]
    findings: tuple[Finding, ...]

    @property
    def received(self) -> bool:
        """Whether the municipality has mail that anybody could send to it."""
        return not self.municipality.answers.null_mx or bool(self.mailboxes)

    @property
    def parties(self) -> set[str]:
        """The providers of the mail itself."""
        return {service.provider for service in (*self.incoming, *(service for service, _ in self.mailboxes))}


def read_mail(
    municipality: Municipality, lookup: Lookup | None, owners: Owners, chains: Chains, *, peopled: bool
) -> Mail:
    """Return the mail of a municipality; `peopled` says whether the population of any is stated."""
    findings: list[Finding] = []
    incoming = tuple(_incoming(municipality, lookup, owners, findings))
    mailboxes = tuple(_mailboxes(municipality, owners))
    senders = tuple(_senders(municipality, lookup, owners, chains, findings))
    if municipality.population is None and peopled:
        findings.append(note(municipality, "no-population", "population", "the population is not known"))
    if municipality.shared:
        message = f"'{municipality.domain}' is the mail domain of others too: known by its code, '{municipality.code}'"
        findings.append(Finding(Level.WARNING, "shared-domain", municipality.record, "domain", message))
    return Mail(municipality, incoming, mailboxes, senders, tuple(findings))


def _incoming(
    municipality: Municipality, lookup: Lookup | None, owners: Owners, findings: list[Finding]
) -> Iterator[Service]:
    """Yield the services that receive for a municipality, each once."""
    receiving: dict[str, Service] = {}
    record = place(municipality.answers.record, "mx")
    for host in municipality.answers.mx:
        if host.endswith(".invalid"):
            message = f"'{host}' is no mail server (RFC 2606): left out"
            findings.append(note(municipality, "no-server", "mx", message))
            continue
        if owners.has(host, municipality.domain, party_id(municipality)):
            service = services.own_servers(municipality.domain, _own_network(municipality, lookup), record)
        else:
            service = services.incoming(owners.of(host), record)
        receiving.setdefault(service.id, service)
    if municipality.answers.null_mx:
        findings.append(note(municipality, "null-mx", "mx", "the domain says that it receives no mail (RFC 7505)"))
    elif not receiving:
        findings.append(note(municipality, "no-server", "mx", "no mail server is known"))
    yield from receiving.values()


def _own_network(municipality: Municipality, lookup: Lookup | None) -> str:
    """Return the municipality if its mail servers are in its own network, else an empty text."""
    networks = lookup.networks if lookup else ()
    found = {operator.party for number in networks if (operator := operator_of_network().get(number))}
    party = party_id(municipality)
    return party if party in found else ""


def _mailboxes(municipality: Municipality, owners: Owners) -> Iterator[tuple[Service, float]]:
    """Yield where the mailboxes are, each supplier once, by its strongest sign."""
    answers = municipality.answers
    strong = [(answers.autodiscover, DISCOVERED, "autodiscover")]
    strong += [(host, SIGNED, "dkim") for host in answers.dkim]
    weak = [(answers.autodiscover_srv, SERVICE_RECORD, "autodiscover")]
    signs = strong if any(host for host, _, _ in strong) else weak
    found: dict[str, tuple[Service, float]] = {}
    for host, confidence, key in signs:
        if host and not owners.has(host, municipality.domain, party_id(municipality)):
            service = services.mailboxes(owners.of(host), place(answers.record, key))
            found.setdefault(service.id, (service, confidence))
    yield from found.values()


def _senders(
    municipality: Municipality, lookup: Lookup | None, owners: Owners, chains: Chains, findings: list[Finding]
) -> Iterator[Sender]:
    """Yield who may send, by the municipality's own records and by what no sender explains."""
    if not municipality.answers.spf:
        findings.append(note(municipality, "no-spf", "spf", "nobody is named who may send"))
    named: dict[str, None] = {}
    records = [municipality.answers.spf]
    for record in records:
        policy = spf.read_policy(record)
        findings += [note(municipality, "spf-term", "spf", f"'{term}' names nobody: left out") for term in policy.odd]
        if policy.hidden:
            findings.append(note(municipality, "spf-hidden", "spf", "has characters that nobody sees: read without"))
        for host in policy.hosts:
            if not owners.has(host, municipality.domain, party_id(municipality)):
                named[host] = None
            elif (own := chains.policies.get(host, "")) and own not in records:
                records.append(own)
    shown = place(municipality.answers.record, "spf")
    yield from (Sender(host, services.sending(owners.of(host), host, shown), ALLOWED) for host in named)
    known = {owners.of(host).party for host in named}
    for written in chains.left.get(municipality.domain, ()):
        host = spf.host_of(written)
        if (
            lookup
            and host
            and not owners.has(host, municipality.domain, party_id(municipality))
            and owners.of(host).party not in known
        ):
            yield Sender(host, services.sending(owners.of(host), host, place(lookup.record, "spf_resolved")), LEFT)


def note(municipality: Municipality, code: str, key: str, message: str) -> Finding:
    """Return a note about one key of a municipality."""
    return Finding(Level.NOTE, code, municipality.record, key, message)
