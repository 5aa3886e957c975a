"""The reference tables themselves."""

from __future__ import annotations

import csv
import re
from importlib import resources
from typing import TYPE_CHECKING

import pytest

from depgraph.ids import read_id
from depgraph.regulation.groups import read_groups
from importers.internet.suppliers import (
    domains_of_supplier,
    operator_of_network,
    registrable,
    suppliers_by_domain,
)

if TYPE_CHECKING:
    from importers.municipal_mail.measurements import Measurements


def lines(name: str) -> list[dict[str, str]]:
    written = (resources.files("importers.internet") / "reference" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(written.splitlines()))


@pytest.mark.parametrize(("name", "key"), [("domains.csv", "domain"), ("networks.csv", "asn")])
def test_every_line_has_its_evidence_and_no_key_stands_twice(name: str, key: str) -> None:
    found = lines(name)
    assert len({line[key] for line in found}) == len(found) >= 50
    for line in found:
        assert len(line["evidence"]) > 10, line
        assert re.fullmatch(r"[A-Z]{2}|", line["country"]), line
        assert bool(line["group"]) == bool(line["group_country"]), line
        assert re.fullmatch(r"[A-Z]{2}|", line["group_country"]), line


def test_keys_are_registrable_domains_in_order() -> None:
    domains = [line["domain"] for line in lines("domains.csv")]
    assert domains == sorted(domains)
    assert [registrable(domain) for domain in domains] == domains


def test_one_supplier_is_described_alike_on_all_its_lines() -> None:
    described: dict[str, set[tuple[str, str, str]]] = {}
    for name, column in (("domains.csv", "supplier"), ("networks.csv", "operator")):
        for line in lines(name):
            described.setdefault(line[column], set()).add((line["country"], line["group"], line["group_country"]))
    assert {supplier: said for supplier, said in described.items() if len(said) > 1} == {}


def test_groups_are_where_the_list_of_groups_says() -> None:
    listed = {name: group.country for group in read_groups() for name in group.names}
    named = {line["group"]: line["group_country"] for line in lines("domains.csv") if line["group"]}
    assert named
    assert {group: country for group, country in named.items() if listed.get(group) != country} == {}


def test_nobody_is_both_a_municipality_and_on_the_table_of_domains(measured: Measurements) -> None:
    registered = {registrable(found.domain) for found in measured.municipalities if found.domain}
    # The Brussels regional centre gives two municipalities a name in its own domain.
    assert registered & set(suppliers_by_domain()) == {"irisnet.be"}


def test_a_supplier_has_a_party_a_label_and_its_domains() -> None:
    mailchimp = suppliers_by_domain()["mandrillapp.com"]
    assert (mailchimp.party, mailchimp.label, mailchimp.group) == ("name:Mailchimp", "Mailchimp", "name:Intuit")
    assert domains_of_supplier()["name:Mailchimp"] == ("mandrillapp.com", "mcsv.net")
    haarlem = operator_of_network()[208_973]
    assert (haarlem.party, haarlem.name, haarlem.label) == ("domain:haarlem.nl", "", "haarlem.nl")
    assert all(read_id(found.party) == found.party for found in operator_of_network().values())
