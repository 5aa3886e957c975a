"""What records mean: who carries the mail, the web site and the name of a domain."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from depgraph.ids import is_unknown
from depgraph.ports import Given
from importers.dns import SOURCE
from importers.dns.files import stated_date

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Measured

    Measure = Callable[..., Measured]

MAIL, WEB, NAME = "function:a.nl/mail", "function:a.nl/web", "function:a.nl/name"


def test_name_servers_of_several_suppliers_back_each_other_up(measure: Measure) -> None:
    found = measure("a.nl. NS ns-1.awsdns-07.com.\na.nl. NS ns1-03.azure-dns.org.\na.nl. MX 0 mx.h.nl.\n")
    assert found.used(MAIL)["name servers"] == {"name:Amazon Web Services", "name:Microsoft"}
    assert found.at_least(MAIL, "name servers") == {"any"}
    assert found.owners[MAIL] == "name:A"


@pytest.mark.parametrize(
    "servers",
    [
        ["ns-1.awsdns-07.com", "ns-2.awsdns-31.org", "ns-3.awsdns-12.net", "ns-4.awsdns-48.co.uk"],
        ["ns1-03.azure-dns.com", "ns2-03.azure-dns.net", "ns3-03.azure-dns.org", "ns4-03.azure-dns.info"],
        ["a.ultradns.com", "b.ultradns.net", "c.ultradns.org", "d.ultradns.biz", "e.ultradns.co.uk"],
        ["ns0.transip.net", "ns1.transip.nl", "ns2.transip.eu"],
    ],
)
def test_several_domains_of_one_supplier_are_no_redundancy(measure: Measure, servers: list[str]) -> None:
    found = measure("".join(f"a.nl. NS {server}.\n" for server in servers))
    assert len(found.used(NAME)["name servers"]) == 1


def test_a_supplier_whom_no_table_knows_is_its_registrable_domain(measure: Measure) -> None:
    found = measure("a.nl. NS ns1.host.co.uk.\na.nl. NS ns2.host.co.uk.\na.nl. NS ns.k12.ca.us.\n")
    assert found.used(NAME) == {"name servers": {"domain:host.co.uk", "domain:ns.k12.ca.us"}}


def test_another_organisation_can_be_the_supplier(measure: Measure) -> None:
    found = measure("a.nl. MX 10 mail.b.nl.\nb.nl. MX 10 mail.b.nl.\n")
    assert found.used(MAIL) == {"incoming mail": {"name:B"}}
    b = next(node for node in found.nodes if node.id == "name:B")
    assert b.attributes["identifiers"] == ("domain:b.nl",)


def test_own_name_servers_are_the_organisations_and_own_mail_servers_nobody_knows_whose(measure: Measure) -> None:
    found = measure("a.nl. NS ns.a.nl.\na.nl. MX 10 mx.a.nl.\na.nl. A 192.0.2.1\n")
    assert found.used(MAIL)["name servers"] == {"name:A"}
    assert found.used(MAIL)["incoming mail"] == {found.provider["service:a.nl/incoming mail"]}
    assert is_unknown(found.provider["service:a.nl/incoming mail"])
    assert is_unknown(found.provider["service:a.nl/web hosting"])


def test_an_own_name_at_a_clouds_address_has_that_cloud_behind_it(measure: Measure) -> None:
    found = measure("a.nl. MX 10 mx.a.nl.\nmx.a.nl. A 104.16.12.1\n")
    assert found.behind("service:a.nl/incoming mail") == {"network": {"name:Cloudflare"}}


def test_name_servers_in_a_cloud_and_elsewhere_back_each_other_up(measure: Measure) -> None:
    zone = "a.nl. NS ns1.a.nl.\na.nl. NS ns2.a.nl.\nns1.a.nl. A 192.0.2.1\nns2.a.nl. A 104.16.12.1\n"
    found = measure(zone)
    service = "service:a.nl/name servers"
    assert found.behind(service) == {"network": {"name:Cloudflare", "unknown:a.nl/name servers/network"}}
    assert found.at_least(service, "network") == {"any"}


def test_several_web_addresses_back_each_other_up_or_not(measure: Measure) -> None:
    found = measure("www.a.nl. A 192.0.2.1\nwww.a.nl. A 104.16.12.1\n")
    service = "service:a.nl/web hosting"
    assert found.behind(service) == {"network": {"name:Cloudflare", "unknown:a.nl/web hosting/network"}}
    assert found.at_least(service, "network") == {""}


def test_the_number_of_a_network_says_who_runs_it_where_no_range_does(measure: Measure) -> None:
    rows = "domain,type,value\na.nl,MX,10 mx.a.nl\nmx.a.nl,A,192.0.2.1\nmx.a.nl,ASN,AS1136\n"
    assert measure(rows, name="r.csv").behind("service:a.nl/incoming mail") == {"network": {"name:KPN"}}
    rows = rows.replace("AS1136", "64500")
    assert measure(rows, name="r.csv").behind("service:a.nl/incoming mail") == {"network": {"name:AS64500"}}


def test_the_names_on_the_way_to_a_web_site_stand_behind_each_other(measure: Measure) -> None:
    zone = "www.a.nl. CNAME x.front.nl.\nx.front.nl. CNAME y.azureedge.net.\ny.azureedge.net. A 192.0.2.1\n"
    found = measure(zone)
    assert found.used(WEB) == {"web hosting": {"domain:front.nl"}}
    assert found.behind("service:a.nl/web hosting") == {"further names": {"name:Microsoft"}}
    assert found.at_least("service:a.nl/web hosting", "further names") == {"all"}


@pytest.mark.parametrize(
    "zone",
    [
        "www.a.nl. CNAME x.edgekey.net.\n",
        "www.a.nl. HTTPS 0 x.edgekey.net.\n",
        "a.nl. DNAME b.edgekey.net.\n",
    ],
)
def test_every_form_of_an_alias_leads_to_the_supplier(measure: Measure, zone: str) -> None:
    found = measure(zone)
    assert found.used(WEB) == {"web hosting": {"name:Akamai"}}
    assert "chain-ends" in found.codes()


def test_aliases_of_each_other_are_told(measure: Measure) -> None:
    found = measure("www.a.nl. CNAME w.b.nl.\nw.b.nl. CNAME www.a.nl.\n")
    assert "bad-chain" in found.codes()
    assert found.used(WEB) == {"web hosting": {"name:B"}}
    chain = "".join(f"h{at}.b.nl. CNAME h{at + 1}.b.nl.\n" for at in range(12))
    assert "bad-chain" in measure(f"www.a.nl. CNAME h0.b.nl.\n{chain}").codes()


def test_a_mail_server_that_stands_for_anothers_is_that_others(measure: Measure) -> None:
    found = measure("a.nl. MX 10 mail.a.nl.\nmail.a.nl. CNAME a-nl.mail.protection.outlook.com.\n")
    assert found.used(MAIL) == {"incoming mail": {"name:Microsoft"}}


def test_no_mail_is_not_unknown_mail(measure: Measure) -> None:
    assert measure("a.nl. MX 0 .\na.nl. NS ns.h.nl.\n").used(MAIL) == {}
    found = measure("b.nl. MX 10 mx.h.nl.\na.nl. A 192.0.2.1\n")
    assert found.used(MAIL) == {}
    assert "no-mail-servers" in found.codes()


def test_further_senders_are_applications_of_their_own_that_may_stop(measure: Measure) -> None:
    zone = """\
a.nl. MX 0 a-nl.mail.protection.outlook.com.
a.nl. TXT "v=spf1 include:spf.protection.outlook.com include:_spf.news.nl -all"
_spf.news.nl. TXT "v=spf1 include:amazonses.com ~all"
"""
    found = measure(zone)
    assert found.used(MAIL) == {"incoming mail": {"name:Microsoft"}, "mail sending": {"name:Microsoft"}}
    news = "function:a.nl/news.nl"
    assert found.used(news) == {"mail sending": {"domain:news.nl"}}
    assert found.at_least(news, "mail sending") == {"maybe"}
    assert found.owners[news] == "name:A"
    built_on = [need.provider for need in found.needs if need.dependent == "service:news.nl/_spf.news.nl"]
    assert "service:Amazon Web Services/amazonses.com" in built_on


def test_functions_and_services_are_those_of_the_measurement_of_municipalities(measure: Measure) -> None:
    """Both sources in one store meet: `municipal-mail` names its functions and services so."""
    found = measure("a.nl. MX 0 a-nl.mail.protection.outlook.com.\n")
    need = next(need for need in found.needs if need.dependent == "function:a.nl/mail")
    assert need.provider == "service:Microsoft/incoming mail"
    assert (need.requirement, need.service_type) == ("incoming mail", "incoming mail")


def test_what_is_not_there_is_not_guessed(measure: Measure) -> None:
    found = measure("a.nl. NS ns.h.nl.\nb.nl. MX 10 mx.h.nl.\n")
    assert found.used(NAME) == {"name servers": {"domain:h.nl"}}
    assert found.used("function:b.nl/mail")["name servers"] == {"unknown:b.nl/name servers"}
    assert found.codes() >= {"no-name-servers"}
    found = measure("c.nl. MX 10 mx.h.nl.\n")
    assert [finding.message for finding in found.findings if finding.code == "no-records"] == [
        "no record of it is there: nothing is known of who carries it (2 times, here first)"
    ]


def test_a_name_below_a_domain_has_the_name_servers_of_the_domain(measure: Measure) -> None:
    found = measure("a.nl. NS ns.h.nl.\nx.y.a.nl. MX 10 mx.h.nl.\n", "domain,organisation\nx.y.a.nl,name:X\n")
    assert found.used("function:x.y.a.nl/mail")["name servers"] == {"domain:h.nl"}


def test_a_domain_of_two_organisations_names_neither(measure: Measure) -> None:
    domains = "domain,organisation\na.nl,name:A\na.nl,name:B\n"
    found = measure("a.nl. MX 10 mx.h.nl.\n", domains)
    assert all("identifiers" not in node.attributes for node in found.nodes if node.id in ("name:A", "name:B"))


def test_without_a_list_each_registrable_domain_with_servers_is_an_organisation(measure: Measure) -> None:
    zone = "gov. NS a.ns.gov.\nage.gov. NS ns.h.com.\nage.gov. DS 1 8 2 AB\nwww.age.gov. A 192.0.2.1\n"
    found = measure(zone, "")
    assert set(found.owners.values()) == {"domain:age.gov"}
    assert "no-list" in found.codes()
    assert "no-list" not in measure("a.nl. NS b..nl.\n", "").codes(), "nothing was taken for anything"


@pytest.mark.parametrize(
    ("lines", "field"),
    [
        ("domain,organisation\na,name:A\n", "domain"),
        ("domain,organisation\na.nl,service:A\n", "organisation"),
        ("domain,organisation\na.nl,\n", "organisation"),
        ("domain,organisation,colour\na.nl,name:A,red\n", "colour"),
        ("domain,organisation,people\na.nl,name:A,many\n", "people"),
    ],
)
def test_a_bad_line_of_the_list_is_a_finding(measure: Measure, lines: str, field: str) -> None:
    found = measure("b.nl. NS ns.h.nl.\n", lines)
    assert [finding.field for finding in found.findings if finding.level == "error"] == [field]


def test_the_date_is_the_last_on_which_was_asked(tmp_path: Path) -> None:
    path = tmp_path / "d.json"
    path.write_text(
        '{"host": "a.nl", "a": ["192.0.2.1"], "timestamp": "2026-04-03T10:00:00.1+02:00", "status_code": "NOERROR"}\n'
        '{"host": "b.nl", "a": ["192.0.2.1"], "timestamp": "2026-04-05T10:00:00.1+02:00", "status_code": "NOERROR"}\n'
    )
    assert stated_date(Given((path,))) == "2026-04-05"
    path.write_text('{"name": "a.nl.", "status": "NOERROR", "timestamp": 1777272123, "data": {"answers": []}}\n')
    assert stated_date(Given((path,))) == "2026-04-27"
    path.write_text("a.nl. NS ns.h.nl.\n")
    assert stated_date(Given((path,))) is None


def test_the_sample_reads_without_an_error() -> None:
    folder = Path(str(resources.files("data_samples") / "dns"))
    facts = list(SOURCE.read(Given((folder,))))
    codes = [finding.code for fact in facts for finding in fact.findings]
    assert sorted(codes) == ["chain-ends", "null-mx"]
