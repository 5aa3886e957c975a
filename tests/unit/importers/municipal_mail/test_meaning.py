"""What the measurement means: figures of the shipped data, and cases checked by hand."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from depgraph.graph import Named, assemble
from depgraph.ids import is_unknown, kind_of
from depgraph.model import Import, Kind, Level, Marking, Relation, TieKind
from depgraph.ports import Counts, Imported
from depgraph.regulation.groups import reference_import
from importers.internet import spf
from importers.municipal_mail import SOURCE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from importers.municipal_mail.measurements import Measurements

    from .conftest import Everything


def mail_of(sample: Everything, domain: str) -> dict[str, set[str]]:
    return sample.used_by(f"function:{domain}/mail")


def behind(sample: Everything, service: str) -> set[tuple[str, str]]:
    return {
        (need.provider, need.at_least)
        for need in sample.needs
        if need.dependent == service and need.relation in (Relation.BUILT_ON, Relation.SUBCONTRACTS)
    }


def test_every_municipality_has_its_mail(sample: Everything) -> None:
    municipalities = {
        node.id: node for node in sample.nodes if str(node.attributes.get("sector", "")).endswith(" municipalities")
    }
    assert Counter(node.attributes["country"] for node in municipalities.values()) == {"NL": 342, "BE": 565, "LU": 100}
    owners = {tie.subject: tie.object for tie in sample.ties if tie.kind == TieKind.OWNER}
    assert len(owners) == 4_030
    assert {owner for function, owner in owners.items() if function.endswith("/mail")} == set(municipalities)
    groningen = municipalities["domain:groningen.nl"].attributes
    assert groningen == {
        "name": "Groningen",
        "country": "NL",
        "sector": "Dutch municipalities",
        "identifiers": ("name:NL-0014",),
        "region": "Groningen",
        "people": 233_273,
    }
    # Herstappe has no domain that anybody knows.
    assert municipalities["name:BE-73028"].attributes["name"] == "Herstappe"


def test_filter_and_mailboxes_are_needed_both(sample: Everything) -> None:
    """Aa en Hunze: mail server of Microsoft; Hendrik-Ido-Ambacht: a filter of E-Zorg before mailboxes of Microsoft."""
    assert mail_of(sample, "aaenhunze.nl") == {
        "incoming mail": {"name:Microsoft"},
        "mailboxes": {"name:Microsoft"},
        "mail sending": {"name:Microsoft"},
    }
    ambacht = mail_of(sample, "h-i-ambacht.nl")
    assert ambacht["incoming mail"] == {"name:E-Zorg"}
    assert ambacht["mailboxes"] == {"name:Microsoft"}


def test_several_suppliers_that_receive_may_or_may_not_back_each_other_up(sample: Everything) -> None:
    needs = [need for need in sample.needs if need.dependent == "function:gemeentealtena.nl/mail"]
    incoming = {(need.provider, need.at_least) for need in needs if need.requirement == "incoming mail"}
    assert incoming == {("service:Microsoft/incoming mail", ""), ("service:Barracuda/incoming mail", "")}


def test_servers_in_the_own_domain_are_run_by_nobody_knows_whom(sample: Everything) -> None:
    """Groningen names its own servers; they answer from the network of VodafoneZiggo."""
    assert mail_of(sample, "groningen.nl") == {"incoming mail": {"unknown:groningen.nl/incoming mail"}}
    assert behind(sample, "service:groningen.nl/incoming mail") == {("name:VodafoneZiggo", "")}
    unknown = [need.dependent for need in sample.of(Relation.PROVIDED_BY) if is_unknown(need.provider)]
    # Of 71 Dutch and Belgian municipalities, and of each of 32 in Luxembourg that name a server of their own.
    assert len(unknown) == 71 + 32


def test_servers_in_the_own_network_are_run_by_the_municipality(sample: Everything) -> None:
    """The Hague has a network of its own, and so has Haarlem, whose servers a neighbour uses too."""
    assert mail_of(sample, "denhaag.nl")["incoming mail"] == {"domain:denhaag.nl"}
    assert mail_of(sample, "zandvoort.nl")["incoming mail"] == {"domain:haarlem.nl"}
    assert behind(sample, "service:haarlem.nl/incoming mail") == set()


def test_a_filter_may_stand_on_a_cloud(sample: Everything) -> None:
    """Only municipalities whose servers are all of Barracuda show where these are."""
    assert behind(sample, "service:Barracuda/incoming mail") == {("name:Amazon Web Services", "")}
    assert behind(sample, "service:ICT Rijk van Nijmegen/incoming mail") == {("name:Cisco", "")}
    assert behind(sample, "service:Microsoft/incoming mail") == set()


def test_without_a_mail_server_somebody_unknown_receives(sample: Everything) -> None:
    nobody = {need.dependent for need in sample.of(Relation.USES) if is_unknown(need.provider)}
    assert nobody == {
        "function:lens.be/mail",
        "function:froidchapelle.be/mail",
        "function:dalhem.be/mail",
        "function:somme-leuze.be/mail",
        "function:BE-73028/mail",
    }


def test_each_further_sender_is_an_application_of_its_own(sample: Everything) -> None:
    """Almere: mail by Microsoft; its policy names PinkRoccade, and is otherwise kept by DMARC Advisor."""
    functions = {tie.subject for tie in sample.ties if tie.object == "domain:almere.nl"}
    assert functions == {"function:almere.nl/mail", "function:almere.nl/pinkroccade.nl", "function:almere.nl/dspf.app"}
    assert sample.used_by("function:almere.nl/pinkroccade.nl") == {
        "mail sending": {"name:PinkRoccade Local Government"}
    }


def test_a_sender_that_keeps_the_mailboxes_is_no_further_application(sample: Everything) -> None:
    folded = {
        need.dependent
        for need in sample.of(Relation.USES)
        if need.requirement == "mail sending" and need.dependent.endswith("/mail")
    }
    microsoft = {function for function in folded if "name:Microsoft" in sample.used_by(function)["mail sending"]}
    # 789 name Microsoft in their first record, 7 in further records of their own domain.
    assert (len(folded), len(microsoft)) == (851, 789 + 7)
    assert "function:aaenhunze.nl/outlook.com" not in {node.id for node in sample.nodes}


def test_records_within_the_own_domain_are_its_own_record(sample: Everything, measured: Measurements) -> None:
    """Breda's policy is written in records of breda.nl that its first one redirects to."""
    breda = next(found for found in measured.municipalities if found.domain == "breda.nl")
    assert spf.read_policy(breda.answers.spf).hosts == ("spf.protection.outlook.com", "_policy1.breda.nl")
    functions = {tie.subject.rpartition("/")[2] for tie in sample.ties if tie.object == "domain:breda.nl"}
    assert functions == {"mail", "centric.eu", "ezorg.nl", "zaaksysteem.nl", "afas.online"}


def test_the_tier_behind_a_sender_is_the_sender_s(sample: Everything) -> None:
    """The Flemish libraries send through Brevo too, and the secure mail of E-Zorg through that of Enovation."""
    assert behind(sample, "service:Cultuurconnect/_spf.bibliotheek.be") == {("service:Brevo/spf.brevo.com", "maybe")}
    users = {n.dependent for n in sample.needs if n.provider == "service:Cultuurconnect/_spf.bibliotheek.be"}
    # One of them (Lokeren) names it in a further record of its own domain.
    assert len(users) == 82 + 1
    assert behind(sample, "service:E-Zorg/_spf.ezorg.nl") == {("service:Enovation/_spf.relay.zorgmail.nl", "maybe")}
    # A record that allows no address of its own sends through others only.
    assert behind(sample, "service:Tribe CRM/spf.tribecrm.nl") == {("service:Mailjet/spf.mailjet.com", "")}
    assert Counter(need.at_least for need in sample.of(Relation.BUILT_ON)) == {"maybe": 60, "": 17}


def test_no_tier_stays_with_a_municipality_in_this_measurement(sample: Everything) -> None:
    assert Counter(need.confidence for need in sample.of(Relation.USES)) == {1.0: 1_055, 0.9: 822, 0.8: 4_034, 0.6: 18}


def test_what_no_sender_explains_stays_with_the_municipality_at_lower_confidence(
    tmp_path: Path, read: Callable[..., Everything]
) -> None:
    row = {"domain": "a.nl", "name": "A", "country": "NL", "bfs": "NL-1", "spf": "v=spf1 include:s.com include:t.com"}
    lookup = {"spf_resolved": f"{row['spf']} v=spf1 include:spf.n.com", "mx_asns": [], "ts": 0}
    (tmp_path / "summary_nl.json").write_text(json.dumps([row]), encoding="utf-8")
    (tmp_path / "dns_cache_nl.json").write_text(json.dumps({"a.nl": lookup}), encoding="utf-8")
    found = read(tmp_path)
    uses = {need.dependent: need.confidence for need in found.of(Relation.USES) if need.requirement == "mail sending"}
    assert uses == {"function:a.nl/s.com": 0.8, "function:a.nl/t.com": 0.8, "function:a.nl/n.com": 0.4}


TOWN = {"name": "Town", "country": "NL", "bfs": "NL-1", "population": 1_000, "domain": "town.example"}
MICROSOFT = {"mx": ["x.mail.protection.outlook.com"], "spf": "v=spf1 include:spf.protection.outlook.com -all"}


def small(folder: Path, read: Callable[..., Everything], *rows: dict[str, Any]) -> Everything:
    summary = [TOWN | row | {"bfs": f"NL-{at}"} for at, row in enumerate(rows, start=1)]
    (folder / "summary_nl.json").write_text(json.dumps(summary), encoding="utf-8")
    return read(folder)


def owners(found: Everything) -> dict[str, str]:
    return {tie.subject: tie.object for tie in found.ties if tie.kind == TieKind.OWNER}


def test_municipalities_that_share_a_mail_domain_stay_organisations_of_their_own(
    tmp_path: Path, read: Callable[..., Everything]
) -> None:
    """Districts whose mail is that of their country, and two neighbours, one of whom has a server in the domain."""
    shared = {"domain": "country.example", "mx": ["mx.country.example"]}
    found = small(tmp_path, read, shared, shared, MICROSOFT)
    assert owners(found) == {
        "function:NL-1/mail": "name:NL-1",
        "function:NL-2/mail": "name:NL-2",
        "function:town.example/mail": "domain:town.example",
    }
    people = {node.id: node.attributes.get("people") for node in found.nodes if kind_of(node.id) == Kind.PARTY}
    assert {people[owner] for owner in owners(found).values()} == {1_000}
    used = {need.provider for need in found.of(Relation.USES) if need.dependent.startswith("function:NL-")}
    assert used == {"service:country.example/incoming mail"}, "one service, which fails both"
    assert found.count("shared-domain") == 2


def test_a_domain_of_a_supplier_is_no_municipality(tmp_path: Path, read: Callable[..., Everything]) -> None:
    gmail = {"domain": "gmail.com", "mx": ["gmail-smtp-in.l.google.com"], "spf": "v=spf1 redirect=_spf.google.com"}
    found = small(tmp_path, read, gmail)
    assert owners(found) == {"function:NL-1/mail": "name:NL-1"}
    assert found.used_by("function:NL-1/mail") == {"incoming mail": {"name:Google"}, "mail sending": {"name:Google"}}
    (town,) = [node for node in found.nodes if node.id == "name:NL-1"]
    assert "identifiers" not in town.attributes


@pytest.mark.parametrize("null", ["", "."])
def test_a_null_mx_receives_no_mail_and_may_send(tmp_path: Path, read: Callable[..., Everything], null: str) -> None:
    found = small(tmp_path, read, MICROSOFT | {"mx": [null]})
    assert owners(found) == {"function:town.example/outlook.com": "domain:town.example"}
    assert found.used_by("function:town.example/outlook.com") == {"mail sending": {"name:Microsoft"}}
    assert (found.count("null-mx"), found.count("no-server")) == (1, 0)


def test_a_null_mx_with_mailboxes_has_mail_that_nobody_receives(
    tmp_path: Path, read: Callable[..., Everything]
) -> None:
    boxes = {"autodiscover": {"autodiscover_cname": "autodiscover.outlook.com"}}
    found = small(tmp_path, read, MICROSOFT | boxes | {"mx": [""]})
    assert mail_of(found, "town.example") == {"mailboxes": {"name:Microsoft"}, "mail sending": {"name:Microsoft"}}


def test_a_host_that_is_none_is_left_out_and_the_others_stay(tmp_path: Path, read: Callable[..., Everything]) -> None:
    bad = {"mx": ["mx\\032.example", *MICROSOFT["mx"]], "spf": f"v=spf1 include:{'a' * 64}.example -all"}
    found = small(tmp_path, read, MICROSOFT | bad, MICROSOFT | {"domain": "other.example"})
    assert mail_of(found, "town.example") == {"incoming mail": {"name:Microsoft"}}
    assert mail_of(found, "other.example")["incoming mail"] == {"name:Microsoft"}
    assert (found.count("not-read"), found.count("spf-term")) == (1, 1)


def test_a_measurement_without_any_population_says_so_once(tmp_path: Path, read: Callable[..., Everything]) -> None:
    without = MICROSOFT | {"population": None}
    found = small(tmp_path, read, without, without | {"domain": "a.example"})
    assert [(finding.record, finding.message) for finding in found.findings if finding.code == "no-population"] == [
        ("summary_nl.json#/0", "nobody's population is stated")
    ]
    found = small(tmp_path, read, without, MICROSOFT | {"domain": "a.example"})
    assert found.count("no-population") == 1


def test_what_is_not_known_of_a_municipality_is_left_out(tmp_path: Path, read: Callable[..., Everything]) -> None:
    found = small(tmp_path, read, {"name": None, "country": None, "population": None, "domain": None})
    (town,) = [node for node in found.nodes if node.id == "name:NL-1"]
    assert town.attributes == {"name": "NL-1", "sector": "municipalities"}


def test_the_share_of_microsoft_agrees_with_what_the_measurement_concludes(
    sample: Everything, summaries: dict[str, dict[str, Any]]
) -> None:
    """It stops at mail servers of providers that it knows, and takes proofs of accounts for mailboxes."""
    for country, concluded, both in (("NL", 304, 301), ("BE", 477, 475), ("LU", 72, 71)):
        rows = {row["domain"]: row for row in summaries.values() if row["country"] == country and row["domain"]}
        theirs = {domain for domain, row in rows.items() if row["provider"] == "microsoft"}
        ours = {
            domain
            for domain in rows
            if any("name:Microsoft" in mail_of(sample, domain).get(what, ()) for what in ("incoming mail", "mailboxes"))
        }
        assert (len(theirs), len(theirs & ours)) == (concluded, both)
        proofs_only = {
            "NL": {"buren.nl", "dinkelland.nl", "tubbergen.nl"},
            "BE": {"nivelles.be", "modave.be"},
            "LU": {"consdorf.lu"},
        }[country]
        assert theirs - ours == proofs_only
        # Mailboxes of Microsoft behind a filter or servers of one's own, by autodiscover.
        assert len(ours - theirs) == {"NL": 22, "BE": 3, "LU": 2}[country]
        assert {rows[domain]["provider"] for domain in ours - theirs} <= {"local-isp", "independent", "google"}
        assert all("name:Microsoft" in mail_of(sample, domain)["mailboxes"] for domain in ours - theirs)


def test_includes_are_those_of_the_records(folder: Path, measured: Measurements) -> None:
    """Of the Netherlands and Belgium 4,804 pairs of a domain and an include were derived from the same data.

    One of these is of no municipality's domain. In Luxembourg 134 are direct.
    """
    domains = {found.domain for found in measured.municipalities}
    direct = nested = 0
    for domain, lookup in measured.lookups.items():
        own, *others = spf.records(lookup.resolved) or [""]
        named = {term.lower() for term in own.split() if term.lower().lstrip("+?~-\u200b").startswith("include:")}
        taken = {term.lower() for record in others for term in record.split() if term.lower().startswith("include:")}
        if domain in domains:
            direct += len(named)
            nested += len({term.lstrip("+?~-\u200b") for term in taken} - {term.lstrip("+?~-\u200b") for term in named})
    assert (direct, nested) == (3_691 + 134, 1_112 + 6)
    assert direct + nested == 4_804 - 1 + 134 + 6


def test_most_is_known_by_the_reference_tables(sample: Everything) -> None:
    on_table = {node.id for node in sample.nodes if node.record.startswith(("domains.csv:", "networks.csv:"))}
    uses = sample.of(Relation.USES)
    known = sum(sample.provider.get(need.provider) in on_table for need in uses)
    assert (len(uses), known) == (5_929, 5_129)
    assert known / len(uses) > 0.85


def test_no_municipality_is_taken_for_a_company(sample: Everything) -> None:
    parties = [
        Named(node.id, str(node.attributes["name"]), node.attributes.get("identifiers", ()))  # type: ignore[arg-type]  # a list attribute
        for node in sample.nodes
        if kind_of(node.id) == Kind.PARTY
    ]
    imported = reference_import(parties)
    assert imported.findings == ()
    municipalities = {
        node.id for node in sample.nodes if str(node.attributes.get("sector", "")).endswith(" municipalities")
    }
    assert not municipalities & {tie.subject for tie in imported.ties}


def test_the_graph_is_made_without_contradiction(sample: Everything) -> None:
    run = Import("municipal-mail", "", "2026-05-03", Marking(), 40, "")
    imported = Imported(run, 1, Counts(), (), sample.nodes, sample.needs, sample.ties)
    assembled = assemble([imported], as_of="2026-05-03", reference=reference_import)
    assert assembled.findings == ()
    graph = assembled.graph
    assert graph.aliases["name:NL-0014"] == "domain:groningen.nl"
    assert graph.aliases["domain:mcsv.net"] == "name:Mailchimp"
    assert int(graph.nodes.unknown.sum()) == 76 + 32
    marked = graph.nodes.name[graph.nodes.hyperscaler == "yes"]
    assert set(marked.tolist()) == {"Microsoft", "Amazon", "Alphabet"}


def test_oddities_are_noted_and_nothing_is_bad(sample: Everything) -> None:
    assert Counter((finding.level, finding.code) for finding in sample.findings) == {
        (Level.NOTE, "other-domain"): 11,
        (Level.NOTE, "no-spf"): 9,
        (Level.NOTE, "no-population"): 7,
        (Level.NOTE, "no-server"): 6,
        (Level.NOTE, "no-municipality"): 4,
        (Level.NOTE, "no-lookup"): 3,
        (Level.NOTE, "spf-hidden"): 1,
        (Level.NOTE, "spf-term"): 1,
    }


def test_no_address_of_a_person_is_in_the_sample_or_the_facts(sample: Everything, folder: Path) -> None:
    assert "@" not in str([*sample.nodes, *sample.needs, *sample.ties])
    assert all("@" not in path.read_text(encoding="utf-8") for path in folder.glob("*.json"))


def test_the_source_says_what_sending_rights_are() -> None:
    assert "evidence of a relation, not proof of a contract" in SOURCE.caveat
    assert SOURCE.licence == "CC BY-SA 4.0"
