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
from typing import TYPE_CHECKING, Final

from depgraph.ids import UNKNOWN, mint
from depgraph.model import Facts, Node, Relation, TieKind, Value
from importers.internet import services
from importers.internet.owners import owners_of
from importers.internet.suppliers import registrable
from importers.internet.tiers import network_needs, operators, sender_tier
from importers.links import need, tie
from importers.municipal_mail.chains import read_chains
from importers.municipal_mail.mails import RECEIVES, note, read_mail
from importers.municipal_mail.measurements import place, read_measurements
from importers.municipal_mail.owners import key_of, party_id, told_apart
from importers.readers.faults import facts_of_findings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from depgraph.model import Need
    from depgraph.ports import Given
    from importers.internet.services import Service
    from importers.municipal_mail.mails import Mail, Sender
    from importers.municipal_mail.measurements import Lookup, Municipality

SECTORS: Final = {
    "BE": "Belgian municipalities",
    "LU": "Luxembourg municipalities",
    "NL": "Dutch municipalities",
}
"""The sector of each country's municipalities, for they are populations of their own; others go by their code."""


def read(given: Given) -> Iterator[Facts]:
    """Yield the facts of each municipality, service and supplier.

    Raises
    ------
    MissingPathError, InputError
        As `importers.municipal_mail.measurements.read_measurements`.

    """
    measured = read_measurements(given)
    municipalities = told_apart(measured.municipalities)
    owners = owners_of((found.domain, party_id(found)) for found in municipalities)
    chains = read_chains(measured.lookups)
    peopled = any(found.population is not None for found in municipalities)
    mails = [
        read_mail(found, measured.lookups.get(found.domain), owners, chains, peopled=peopled)
        for found in municipalities
    ]
    for mail in mails:
        yield _municipality_facts(mail)
        yield from _sender_facts(mail)
    tier = sender_tier((sender.host for mail in mails for sender in mail.senders), chains, owners)
    used = services.distinct((*_services(mails), *tier.services))
    seen = _networks(mails, measured.lookups)
    yield from services.service_facts(used.values())
    yield Facts(needs=(*tier.needs, *network_needs(seen, used)))
    if mails and not peopled:
        yield Facts(findings=(note(municipalities[0], "no-population", "population", "nobody's population is stated"),))
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
                confidence=RECEIVES,
                record=municipality.record,
                requirement=services.INCOMING,
                service_type=services.INCOMING,
            )
        )
    return Facts(
        nodes=(node, Node(function, mailing, municipality.record)),
        ties=(tie(TieKind.OWNER, function, party, record=municipality.record),),
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
            ties=(tie(TieKind.OWNER, function, party_id(municipality), record=record),),
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
        confidence=confidence,
        record=service.record,
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
