"""What the measurement means.

- A municipality is known by its mail domain, or by its code where that domain does not say which one it is: several
  have it, or it is a supplier's. Municipalities of one domain stay as many organisations.
- Mail is one function of a municipality. It needs the servers that receive for its domain (MX): a filter, or the mail
  platform itself. Several suppliers among them may back each other up, or not: nobody says. Servers in the domain of
  the municipality itself are a service whose provider is not known, unless they are in its own network. A municipality
  without such servers has some that nobody knows; one whose domain says that it receives no mail (a null MX, RFC 7505)
  has no mail, but may send.
- It also needs the mailboxes, where a name outside its own domain shows them: that of autodiscover, of the delegated
  DKIM keys or, failing both, of the autodiscover service record.
- Each further sender that its SPF record names is an application of its own: one more function. A sender of a
  supplier that receives its mail or keeps its mailboxes is none: that is how the mail itself is sent.
- Records within the municipality's own domain count as its own record. What other records take in stands behind the
  sender (`tiers`), where the data determine behind which (`chains`); what is left stays with the municipality.
- The networks that mail servers answer from stand behind them, seen where all servers of a municipality are of one
  service.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

from depgraph.ids import UNKNOWN, is_unknown, mint
from depgraph.model import Facts, Finding, Level, Node, Relation, Tie, TieKind, Value
from importers.faults import facts_of_findings
from importers.municipal_mail import services, spf
from importers.municipal_mail.chains import Chains, read_chains
from importers.municipal_mail.measurements import place, read_measurements
from importers.municipal_mail.owners import Owners, key_of, owners_of, party_id, told_apart
from importers.municipal_mail.services import Service, need
from importers.municipal_mail.suppliers import operator_of_network, registrable
from importers.municipal_mail.tiers import network_needs, operators, sender_tier

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from depgraph.model import Need
    from depgraph.ports import Given
    from importers.municipal_mail.measurements import Lookup, Municipality

SECTORS: Final = {
    "BE": "Belgian municipalities",
    "LU": "Luxembourg municipalities",
    "NL": "Dutch municipalities",
}
"""The sector of each country's municipalities, for they are populations of their own; others go by their code."""

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


def read(given: Given) -> Iterator[Facts]:
    """Yield the facts of each municipality, service and supplier.

    Raises
    ------
    MissingPathError, InputError
        As `importers.municipal_mail.measurements.read_measurements`.

    """
    measured = read_measurements(given)
    municipalities = told_apart(measured.municipalities)
    owners = owners_of(municipalities)
    chains = read_chains(measured.lookups)
    peopled = any(found.population is not None for found in municipalities)
    mails = [
        _mail(found, measured.lookups.get(found.domain), owners, chains, peopled=peopled) for found in municipalities
    ]
    for mail in mails:
        yield _municipality_facts(mail)
        yield from _sender_facts(mail)
    tier = sender_tier((sender.host for mail in mails for sender in mail.senders), chains, owners)
    used = _distinct((*_services(mails), *tier.services))
    seen = _networks(mails, measured.lookups)
    yield from services.service_facts(used.values())
    yield Facts(needs=(*tier.needs, *network_needs(seen, used)))
    if mails and not peopled:
        yield Facts(
            findings=(_note(municipalities[0], "no-population", "population", "nobody's population is stated"),)
        )
    yield from facts_of_findings(measured.findings)
    listed = {service.supplier.party: service.supplier for service in used.values() if service.supplier}
    listed |= {operator.party: operator for operator in operators(seen.values()) if operator.party not in listed}
    yield from services.supplier_facts(listed.values())


def _services(mails: Iterable[Mail]) -> Iterator[Service]:
    """Yield the services that municipalities use."""
    for mail in mails:
        yield from mail.incoming
        yield from (service for service, _ in mail.mailboxes)
        yield from (sender.service for sender in mail.senders)


def _distinct(found: Iterable[Service]) -> dict[str, Service]:
    """Return each service once: as it was first seen, or as first seen with a provider.

    Servers in a municipality's own domain are run by nobody knows whom for itself; to
    its neighbours who use them too, it is the one that provides them.
    """
    used: dict[str, Service] = {}
    for service in found:
        kept = used.setdefault(service.id, service)
        if is_unknown(kept.provider) and not is_unknown(service.provider):
            used[service.id] = service
    return used


def _mail(municipality: Municipality, lookup: Lookup | None, owners: Owners, chains: Chains, *, peopled: bool) -> Mail:
    """Return the mail of a municipality; `peopled` says whether the population of any is stated."""
    findings: list[Finding] = []
    incoming = tuple(_incoming(municipality, lookup, owners, findings))
    mailboxes = tuple(_mailboxes(municipality, owners))
    senders = tuple(_senders(municipality, lookup, owners, chains, findings))
    if municipality.population is None and peopled:
        findings.append(_note(municipality, "no-population", "population", "the population is not known"))
    if municipality.shared:
        message = f"'{municipality.domain}' is the mail domain of others too: known by its code, '{municipality.code}'"
        findings.append(Finding(Level.WARNING, "shared-domain", municipality.record, "domain", message))
    return Mail(municipality, incoming, mailboxes, senders, tuple(findings))


def _incoming(
    municipality: Municipality, lookup: Lookup | None, owners: Owners, findings: list[Finding]
) -> Iterator[Service]:
    """Yield the services that receive for a municipality, each once."""
    found: dict[str, Service] = {}
    record = place(municipality.answers.record, "mx")
    for host in municipality.answers.mx:
        if host.endswith(".invalid"):
            message = f"'{host}' is no mail server (RFC 2606): left out"
            findings.append(_note(municipality, "no-server", "mx", message))
            continue
        if owners.is_own(host, municipality):
            service = services.own_servers(municipality.domain, _own_network(municipality, lookup), record)
        else:
            service = services.incoming(owners.of(host), record)
        found.setdefault(service.id, service)
    if municipality.answers.null_mx:
        findings.append(_note(municipality, "null-mx", "mx", "the domain says that it receives no mail (RFC 7505)"))
    elif not found:
        findings.append(_note(municipality, "no-server", "mx", "no mail server is known"))
    yield from found.values()


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
        if host and not owners.is_own(host, municipality):
            service = services.mailboxes(owners.of(host), place(answers.record, key))
            found.setdefault(service.id, (service, confidence))
    yield from found.values()


def _senders(
    municipality: Municipality, lookup: Lookup | None, owners: Owners, chains: Chains, findings: list[Finding]
) -> Iterator[Sender]:
    """Yield who may send, by the municipality's own records and by what no sender explains."""
    if not municipality.answers.spf:
        findings.append(_note(municipality, "no-spf", "spf", "nobody is named who may send"))
    named: dict[str, None] = {}
    records = [municipality.answers.spf]
    for record in records:
        policy = spf.read_policy(record)
        findings += [_note(municipality, "spf-term", "spf", f"'{term}' names nobody: left out") for term in policy.odd]
        if policy.hidden:
            findings.append(_note(municipality, "spf-hidden", "spf", "has characters that nobody sees: read without"))
        for host in policy.hosts:
            if not owners.is_own(host, municipality):
                named[host] = None
            elif (own := chains.policies.get(host, "")) and own not in records:
                records.append(own)
    shown = place(municipality.answers.record, "spf")
    yield from (Sender(host, services.sending(owners.of(host), host, shown), ALLOWED) for host in named)
    known = {owners.of(host).party for host in named}
    for written in chains.left.get(municipality.domain, ()):
        host = spf.host_of(written)
        if lookup and host and not owners.is_own(host, municipality) and owners.of(host).party not in known:
            yield Sender(host, services.sending(owners.of(host), host, place(lookup.record, "spf_resolved")), LEFT)


def _sector(municipality: Municipality) -> str:
    return SECTORS.get(municipality.country, f"municipalities {municipality.country}".strip())


def _municipality_facts(mail: Mail) -> Facts:
    """Return the municipality, its mail, and what that needs; one that receives no mail is there all the same."""
    municipality = mail.municipality
    party, function = party_id(municipality), _function(municipality, "mail")
    node = Node(party, _attributes(municipality), municipality.record)
    if not mail.received:
        return Facts(nodes=(node,), findings=mail.findings)
    mailing: dict[str, Value] = {"name": f"{municipality.name}: mail"}
    if municipality.population is not None:
        mailing["people"] = municipality.population
    needs = [_use(function, service, RECEIVES) for service in mail.incoming]
    needs += [_use(function, service, confidence) for service, confidence in mail.mailboxes]
    needs += [_use(function, sender.service, sender.confidence) for sender in mail.senders if _is_mail(sender, mail)]
    if not mail.incoming and not municipality.answers.null_mx:
        nobody = f"{UNKNOWN}{key_of(municipality)}/{services.INCOMING}"
        needs.append(
            need(
                function,
                nobody,
                Relation.USES,
                RECEIVES,
                municipality.record,
                requirement=services.INCOMING,
                service_type=services.INCOMING,
            )
        )
    return Facts(
        nodes=(node, Node(function, mailing, municipality.record)),
        ties=(Tie(TieKind.OWNER, function, party, None, None, None, municipality.record),),
        needs=tuple(needs),
        findings=mail.findings,
    )


def _attributes(municipality: Municipality) -> dict[str, Value]:
    attributes: dict[str, Value] = {
        "name": municipality.name,
        "country": municipality.country,
        "sector": _sector(municipality),
        "region": municipality.region,
    }
    if party_id(municipality) != mint("name", municipality.code):
        attributes["identifiers"] = (mint("name", municipality.code),)
    if municipality.population is not None:
        attributes["people"] = municipality.population
    return {key: value for key, value in attributes.items() if value != ""}


def _sender_facts(mail: Mail) -> Iterator[Facts]:
    """Yield a function for each further sender: one registrable domain, by however many hosts."""
    municipality = mail.municipality
    grouped: defaultdict[str, list[Sender]] = defaultdict(list)
    for sender in mail.senders:
        if not _is_mail(sender, mail):
            grouped[registrable(sender.host)].append(sender)
    for domain, senders in grouped.items():
        function = _function(municipality, domain)
        supplier, record = senders[0].service.supplier, senders[0].service.record
        by = f"{supplier.label} ({domain})" if supplier else domain
        yield Facts(
            nodes=(Node(function, {"name": f"{municipality.name}: mail sent by {by}"}, record),),
            ties=(Tie(TieKind.OWNER, function, party_id(municipality), None, None, None, record),),
            needs=tuple(_use(function, sender.service, sender.confidence) for sender in senders),
        )


def _is_mail(sender: Sender, mail: Mail) -> bool:
    """Say whether a sender is how the mail itself is sent."""
    return sender.service.provider in mail.parties


def _use(function: str, service: Service, confidence: float) -> Need:
    return need(
        function,
        service.id,
        Relation.USES,
        confidence,
        service.record,
        requirement=service.type,
        service_type=service.type,
    )


def _function(municipality: Municipality, what: str) -> str:
    return mint("function", f"{key_of(municipality)}/{what}")


def _networks(mails: Iterable[Mail], lookups: Mapping[str, Lookup]) -> dict[str, dict[int, str]]:
    """Return the networks that each service answers from: of municipalities all whose servers are of one service."""
    seen: defaultdict[str, dict[int, str]] = defaultdict(dict)
    for mail in mails:
        lookup = lookups.get(mail.municipality.domain)
        if lookup and len(mail.incoming) == 1:
            for number in lookup.networks:
                seen[mail.incoming[0].id].setdefault(number, place(lookup.record, "mx_asns"))
    return dict(seen)


def _note(municipality: Municipality, code: str, key: str, message: str) -> Finding:
    return Finding(Level.NOTE, code, municipality.record, key, message)
