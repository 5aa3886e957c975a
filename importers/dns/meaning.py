"""What records of DNS mean: who carries the mail, the web site and the name of each domain.

- Mail, a web site: each is a function of the organisation, where the data show one. Both need the domain's name
  servers; a domain that shows neither has the function of being found.
- Name servers of several suppliers are real redundancy: any one of them is enough. Several mail servers or addresses
  may back each other up, or not: nobody says.
- Who may send (SPF) is how the mail itself is sent, where that supplier receives it; else an application of its own,
  which may stop without it (`maybe`): a right to send is no proof that anything is sent.
- A server in the organisation's own domain is run by nobody knows whom; its name servers there are its own. Where
  addresses show a cloud, that stands behind.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

from depgraph.ids import UNKNOWN, mint, value_of
from depgraph.model import Facts, Finding, Level, Node, Relation, TieKind, Value
from importers.dns.answers import CNAME, MX, NS, TXT
from importers.dns.domains import Domain
from importers.dns.files import read_files
from importers.dns.hosting import Network, addresses, follow, networks
from importers.internet import services, spf
from importers.internet.owners import owners_of
from importers.internet.suppliers import registrable, supplier_of_domain
from importers.internet.tiers import ANSWERED_FROM, sender_tier
from importers.links import need, tie
from importers.readers.faults import facts_of_findings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from depgraph.model import Need
    from depgraph.ports import Given
    from importers.dns.answers import Answer
    from importers.dns.files import Found
    from importers.internet.owners import Owners
    from importers.internet.services import Service

ALLOWED: Final = 0.8
"""Confidence that who is allowed to send does: the right may have outlived the contract."""

_NETWORK: Final = "network"
_ALIASES: Final = "further names"


class Sender(NamedTuple):
    """Who may send for a domain; `host` is the one that a record names."""

    host: str
    service: Service


class Domains:
    """Turns the records of domains into facts, one domain after another, and keeps what these share."""

    def __init__(self, found: Found, domains: Iterable[Domain]) -> None:
        listed = tuple(domains)
        self._found = found
        self._owners: Owners = owners_of((each.domain, each.party) for each in listed)
        self._shared = {domain for domain, times in Counter(each.domain for each in listed).items() if times > 1}
        self._services: list[Service] = []
        self._networks: defaultdict[str, dict[str, Network]] = defaultdict(dict)
        self._aliases: defaultdict[str, dict[str, Network]] = defaultdict(dict)
        self._elsewhere: set[str] = set()
        self._senders: dict[str, None] = {}
        self._notes: dict[str, tuple[Finding, int]] = {}

    def facts(self, domain: Domain) -> Facts:
        """Return the functions of a domain and what they need."""
        named = self._name_needs(domain)
        incoming, has_mail = self._incoming(domain)
        web = self._web(domain)
        senders = list(self._sending(domain))
        self._senders |= dict.fromkeys(sender.host for sender in senders)
        self._services += [sender.service for sender in senders]
        mailers = {service.provider for service in incoming}
        nodes: list[Node] = [_party(domain, shared=domain.domain in self._shared)]
        needs: list[Need] = []
        ties = []
        functions: dict[str, tuple[str, list[Need]]] = {}
        if has_mail:
            mail = [_use(service, 1.0) for service in incoming]
            mail += [_use(each.service, ALLOWED) for each in senders if each.service.provider in mailers]
            functions["mail"] = ("mail", [*mail, *named])
        if web is not None:
            functions["web"] = ("web site", [_use(web, 1.0), *named])
        if not functions and named:
            functions["name"] = ("being found", named)
        for sender in senders:
            if not (has_mail and sender.service.provider in mailers):
                known = sender.service.supplier
                name = registrable(sender.host)
                by = f"{known.label} ({name})" if known else name
                _, uses = functions.setdefault(name, (f"mail sent by {by}", []))
                uses.append(_use(sender.service, ALLOWED)._replace(at_least="maybe"))
        for what, (title, uses) in functions.items():
            function = mint("function", f"{domain.domain}/{what}")
            record = uses[0].record or domain.record
            nodes.append(Node(function, {"name": f"{domain.name or domain.domain}: {title}"}, record))
            ties.append(tie(TieKind.OWNER, function, domain.party, record=domain.record))
            needs += [use._replace(dependent=function) for use in uses]
        if not functions:
            self._note("no-records", domain, "domain", "no record of it is there: nothing is known of who carries it")
        return Facts(nodes=tuple(nodes), needs=tuple(needs), ties=tuple(ties))

    def shared(self) -> Iterator[Facts]:
        """Yield the services that domains use, who provides them, and what stands behind."""
        tier = sender_tier(self._senders, self._policies(), self._owners)
        used = services.distinct((*self._services, *tier.services))
        yield from services.service_facts(used.values())
        behind = [each for service in used.values() for each in self._behind(service)]
        yield Facts(needs=(*tier.needs, *behind))
        listed = {service.supplier.party: service.supplier for service in used.values() if service.supplier}
        for seen in (*self._networks.values(), *self._aliases.values()):
            listed |= {each.party: each.supplier for each in seen.values() if each.supplier}
        yield from services.supplier_facts(listed.values())

    def notes(self) -> Iterator[Finding]:
        """Yield what was noticed, once of each kind, with how often."""
        for finding, times in self._notes.values():
            often = f" ({times:,} times, here first)" if times > 1 else ""
            yield finding._replace(message=finding.message + often)

    def _behind(self, service: Service) -> Iterator[Need]:
        """Yield the needs of a service on the owners of further names, and on the networks that its servers are in."""
        behind = {party: each.record for party, each in self._aliases[service.id].items() if party != service.provider}
        yield from _subcontracts(service, behind, _ALIASES, "all")
        parties = {
            party: each.record for party, each in self._networks[service.id].items() if party != service.provider
        }
        if parties and service.id in self._elsewhere:
            parties[f"{UNKNOWN}{value_of(service.id)}/{_NETWORK}"] = service.record
        # Several networks of name servers back each other up; of others nobody says.
        redundant = service.type == services.NAME_SERVERS and len(parties) > 1
        yield from _subcontracts(service, parties, _NETWORK, "any" if redundant else "")

    def _note(self, code: str, domain: Domain, field: str, message: str, record: str = "") -> None:
        first = Finding(Level.WARNING, code, record or domain.record, field, message)
        finding, times = self._notes.get(code, (first, 0))
        self._notes[code] = (finding, times + 1)

    def _is_own(self, host: str, domain: Domain) -> bool:
        return self._owners.has(host, domain.domain, domain.party)

    def _name_needs(self, domain: Domain) -> list[Need]:
        """Return the need of name servers: those of the domain, or of the nearest one above it that has any."""
        if NS not in self._found.types:
            return []
        name = domain.domain
        while not (records := self._found.of(name, NS)) and name != registrable(domain.domain):
            name = name.partition(".")[2]
        if not records:
            self._note("no-name-servers", domain, NS, "its name servers are not there: nobody knows who runs them")
            nobody = f"{UNKNOWN}{domain.domain}/{services.NAME_SERVERS}"
            return [_need(nobody, services.NAME_SERVERS, 1.0, domain.record)]
        used: dict[str, Service] = {}
        for each in records:
            if self._is_own(each.value, domain):
                service = services.own_servers(domain.domain, domain.party, each.record, services.NAME_SERVERS)
            else:
                service = services.name_servers(self._owners.of(each.value), each.record)
            self._seen(service, [each.value])
            used.setdefault(service.id, service)
        self._services += used.values()
        return [_use(service, 1.0)._replace(at_least="any") for service in used.values()]

    def _incoming(self, domain: Domain) -> tuple[list[Service], bool]:
        """Return the services that receive mail for a domain, and whether it has mail at all."""
        records = self._found.of(domain.domain, MX)
        servers = [each for each in records if each.value and not each.value.endswith(".invalid")]
        if not servers:
            if domain.domain in self._found.silent:
                asked, record = self._found.silent[domain.domain]
                self._note("not-answered", domain, "status", f"a question had no answer ({asked}): not known", record)
            elif records:
                message = "the domain says that it receives no mail (RFC 7505)"
                self._note("null-mx", domain, MX, message, records[0].record)
            elif MX in self._found.types and addresses(self._found, domain.domain):
                message = "names no mail server; its own address could receive mail (RFC 5321): no mail is counted"
                self._note("no-mail-servers", domain, MX, message)
            return [], False
        used: dict[str, Service] = {}
        for each in servers:
            hosts = follow(self._found, each.value).hosts
            # A server whose name stands for another's (which RFC 2181 forbids, and people do) is that other's.
            host = hosts[-1]
            if self._is_own(host, domain):
                service = services.own_servers(domain.domain, "", each.record)
            else:
                service = services.incoming(self._owners.of(host), each.record)
            self._seen(service, [host])
            used.setdefault(service.id, service)
        self._services += used.values()
        return list(used.values()), True

    def _web(self, domain: Domain) -> Service | None:
        """Return what carries the web site: that of ``www``, else that of the domain itself."""
        for name in (f"www.{domain.domain}", domain.domain):
            chain = follow(self._found, name)
            at_end = addresses(self._found, chain.hosts[-1])
            if len(chain.hosts) == 1 and not at_end:
                continue
            if chain.fault:
                self._note("bad-chain", domain, CNAME, chain.fault, chain.records[-1])
            elif not at_end:
                message = f"the addresses of {chain.hosts[-1]}, for which {name} stands, are not there"
                self._note("chain-ends", domain, CNAME, message, chain.records[-1])
            return self._hosted(domain, chain.hosts, chain.records, at_end)
        return None

    def _hosted(
        self, domain: Domain, hosts: tuple[str, ...], records: tuple[str, ...], at_end: list[Answer]
    ) -> Service:
        """Return the service of a web site: of the first owner that its names lead to, the others behind it."""
        record = next((record for record in records if record), at_end[0].record if at_end else domain.record)
        foreign = [
            (self._owners.of(host), shown)
            for host, shown in zip(hosts[1:], records[1:], strict=True)
            if not self._is_own(host, domain)
        ]
        service = services.own_servers(domain.domain, foreign[0][0].party if foreign else "", record, services.WEB)
        if foreign:
            service = service._replace(supplier=foreign[0][0].supplier)
        for owner, shown in foreign[1:]:
            self._aliases[service.id].setdefault(owner.party, Network(owner.party, owner.supplier, shown))
        self._seen(service, [hosts[-1]])
        self._services.append(service)
        return service

    def _seen(self, service: Service, hosts: Iterable[str]) -> None:
        seen = networks(self._found, hosts)
        for network in seen.known:
            self._networks[service.id].setdefault(network.party, network)
        if seen.elsewhere:
            self._elsewhere.add(service.id)

    def _sending(self, domain: Domain) -> Iterator[Sender]:
        """Yield who may send, by the domain's own records."""
        policies = self._policies_of(domain.domain)
        if len(policies) > 1:
            message = (
                "has several SPF records, which is none (RFC 7208, section 4.5): who they name is read all the same"
            )
            self._note("several-spf", domain, TXT, message, policies[1].record)
        named: dict[str, str] = {}
        queue = list(policies)
        seen = set()
        for each in queue:
            policy = spf.read_policy(each.value)
            for term in policy.odd:
                self._note("spf-term", domain, TXT, f"'{term}' names nobody: left out", each.record)
            for host in policy.hosts:
                if not self._is_own(host, domain):
                    named.setdefault(host, each.record)
                elif host not in seen:
                    seen.add(host)
                    queue += self._policies_of(host)
        for host, record in named.items():
            yield Sender(host, services.sending(self._owners.of(host), host, record))

    def _policies_of(self, host: str) -> list[Answer]:
        prefix = spf.VERSION
        return [each for each in self._found.of(host, TXT) if each.value.lower().startswith(prefix)]

    def _policies(self) -> spf.Chains:
        """Return what the records of hosts take in, for the hosts that senders lead to."""
        policies: dict[str, str] = {}
        behind: dict[str, dict[str, str]] = {}
        queue = list(self._senders)
        for host in queue:
            records = self._policies_of(host)
            if host in policies or len(records) != 1:
                continue
            policies[host] = records[0].value
            behind[host] = dict.fromkeys(spf.included(records[0].value), records[0].record)
            queue += filter(None, map(spf.host_of, behind[host]))
        return spf.Chains(policies, behind, {})


def read(given: Given) -> Iterator[Facts]:
    """Yield the facts of each domain, then of the services and suppliers that they share.

    Raises
    ------
    MissingPathError, InputError
        As `importers.dns.files.read_files`.

    """
    observed = read_files(given)
    findings = list(observed.findings)
    listed: list[Domain] = observed.domains
    if not listed:
        listed = _taken(observed)
        message = (
            "no list says whose domains these are: each registrable domain with name servers or mail servers is taken"
            " for an organisation by itself; give a table with the columns domain and organisation too"
        )
        findings += [Finding(Level.WARNING, "no-list", first.record, "domain", message) for first in listed[:1]]
    domains = Domains(observed, listed)
    for domain in listed:
        yield domains.facts(domain)
    yield from domains.shared()
    yield from facts_of_findings([*findings, *domains.notes()])


def _taken(found: Found) -> list[Domain]:
    """Return the registrable domains that have servers, and are no supplier's on the table, as their own owners."""
    taken = []
    for name, types in found.answers.items():
        records = types.get(NS) or types.get(MX)
        if records and "." in name and registrable(name) == name and not supplier_of_domain(name):
            taken.append(Domain(name, mint("domain", name), "", "", "", None, records[0].record))
    return taken


def _party(domain: Domain, *, shared: bool) -> Node:
    attributes: dict[str, Value] = {
        "name": domain.name,
        "country": domain.country,
        "sector": domain.sector,
    }
    told = {key: value for key, value in attributes.items() if value}
    if domain.people is not None:
        told["people"] = domain.people
    own = mint("domain", domain.domain)
    if not shared and own != domain.party:
        told["identifiers"] = (own,)
    return Node(domain.party, told, domain.record)


def _use(service: Service, confidence: float) -> Need:
    return _need(service.id, service.type, confidence, service.record)


def _need(provider: str, what: str, confidence: float, record: str) -> Need:
    """Return a need whose dependent is still to be named."""
    return need("", provider, Relation.USES, confidence=confidence, record=record, requirement=what, service_type=what)


def _subcontracts(service: Service, parties: Mapping[str, str], what: str, at_least: str) -> Iterator[Need]:
    for party, record in parties.items():
        yield need(
            service.id,
            party,
            Relation.SUBCONTRACTS,
            confidence=ANSWERED_FROM,
            record=record,
            requirement=what,
            at_least=at_least,
            service_type=what,
        )
