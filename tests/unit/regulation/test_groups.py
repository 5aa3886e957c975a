"""The reference list itself, and how parties find their group."""

from __future__ import annotations

import re

import pytest

from depgraph.errors import DepgraphError
from depgraph.graph import Named, assemble
from depgraph.ids import kind_of, read_id
from depgraph.model import Import, Kind, Marking, Need, Node, TieKind
from depgraph.ports import Counts, Imported
from depgraph.regulation.groups import (
    HYPERSCALER,
    Group,
    directory,
    find_groups,
    normal_name,
    read_groups,
    reference_import,
)


def party(party_id: str, name: str = "", *identifiers: str) -> Named:
    return Named(party_id, name or party_id.partition(":")[2], identifiers)


def group(group_id: str, *names: str, identifiers: tuple[str, ...] = ()) -> Group:
    return Group(group_id, names[0], "NL", "no", names, (group_id, *identifiers), "", f"groups.csv:{group_id}")


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("Zscaler, Inc.", "zscaler"),
        ("CISCO SYSTEMS INC", "cisco systems"),
        ("Cisco  Systems,  Inc.", "cisco systems"),
        ("Amazon.com", "amazoncom"),
        ("Amazon Web Services EMEA S.à r.l.", "amazon web services emea"),
        ("VODAFONE LIBERTEL B.V.", "vodafone libertel"),
        ("AT&T Corp.", "at t"),
        ("Ex Libris", "ex libris"),
        ("Société Générale SA", "societe generale"),
        ("Inc.", "inc"),
        ("Company Co. Ltd.", "company"),
        ("Limited Edition", "limited edition"),
    ],
)
def test_normal_name_drops_case_accents_punctuation_and_legal_form(written: str, normal: str) -> None:
    assert normal_name(written) == normal


def test_every_line_of_the_list_is_well_formed() -> None:
    groups = read_groups()
    assert 60 <= len(groups) <= 150
    for line in groups:
        assert read_id(line.id) == line.id
        assert kind_of(line.id) == Kind.PARTY
        assert re.fullmatch(r"[A-Z]{2}", line.country), line.record
        assert line.hyperscaler in ("yes", "no"), line.record
        assert len(line.source) > 10, line.record
        assert all(read_id(identifier) == identifier for identifier in line.identifiers), line.record
    assert [line.name for line in groups] == sorted((line.name for line in groups), key=str.casefold)
    assert [line.record for line in groups] == [f"groups.csv:{number}" for number in range(2, len(groups) + 2)]


def test_no_name_or_identifier_of_the_list_is_claimed_twice() -> None:
    listed = directory(read_groups())
    assert listed.by_id["domain:outlook.com"].name == "Microsoft"


def test_the_hyperscalers_are_the_three_of_the_stated_definition() -> None:
    marked = {line.name for line in read_groups() if line.hyperscaler == "yes"}
    assert marked == {"Alphabet", "Amazon", "Microsoft"}
    assert "Ofcom" in HYPERSCALER
    assert all("Ofcom" in line.source for line in read_groups() if line.hyperscaler == "yes")


def test_a_list_that_contradicts_itself_is_refused() -> None:
    with pytest.raises(DepgraphError, match=r"'acme' is also claimed by groups\.csv:name:A"):
        directory([group("name:A", "A", "Acme"), group("name:B", "B", "ACME B.V.")])


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        (party("name:Duo Security (a Cisco Company)"), "Cisco"),
        (party("name:Cisco Systems, Inc."), "Cisco"),
        (party("kvk:12345678", "Google Ireland Limited"), "Alphabet"),
        (party("name:Mailchimp"), "Intuit"),
        (party("domain:outlook.com"), "Microsoft"),
        (party("name:Somebody", "Somebody", "lei:INR2EJN1ERAN0W5ZP974"), "Microsoft"),
        (party("name:Concur Technologies, Inc."), "SAP"),
    ],
)
def test_a_party_finds_its_group(named: Named, expected: str) -> None:
    assert [found.name for found in find_groups(named, directory(read_groups()))] == [expected]


@pytest.mark.parametrize("name", ["Microsof", "Oracle of Delphi", "Boxes", "Gemeente Centric", "Siscos"])
def test_nothing_is_guessed(name: str) -> None:
    assert find_groups(party(f"name:{name}"), directory(read_groups())) == []


def test_the_import_says_groups_and_ties_and_where_each_comes_from() -> None:
    imported = reference_import([party("name:GitHub"), party("name:Unheard of"), party("name:Cisco")])
    nodes = {node.id: node for node in imported.nodes}
    assert set(nodes) == {"lei:INR2EJN1ERAN0W5ZP974", "name:Cisco"}
    assert nodes["lei:INR2EJN1ERAN0W5ZP974"].attributes == {"name": "Microsoft", "country": "US", "hyperscaler": "yes"}
    (tie,) = imported.ties
    assert (tie.kind, tie.subject, tie.object) == (TieKind.OWNED_BY, "name:GitHub", "lei:INR2EJN1ERAN0W5ZP974")
    assert tie.record == nodes["lei:INR2EJN1ERAN0W5ZP974"].record
    assert imported.run.source == "reference"
    assert imported.counts == Counts(nodes=2, ties=1)


def test_a_party_between_two_groups_is_placed_in_neither() -> None:
    imported = reference_import([party("name:Oracle", "Oracle", "domain:google.com")])
    assert not imported.ties
    assert not imported.nodes
    (finding,) = imported.findings
    assert finding.code == "two-groups"
    assert "'Alphabet'" in finding.message
    assert "'Oracle'" in finding.message


def test_the_graph_gets_groups_for_the_parties_of_other_imports() -> None:
    needs = [
        Need("service:s", "name:Slack Technologies", "provided_by", "", "", "", None, None, None, None, 1.0, "a:1")
    ]
    nodes = [Node("service:s", {"name": "Slack"}, "a:1")]
    run = Import("register", "", "2026-01-01", Marking(), 50, "CC0-1.0")
    graph = assemble(
        [Imported(run, 1, Counts(1, 1), (), nodes, needs)], as_of="2026-01-01", reference=reference_import
    ).graph
    subjects, owners = graph.tied(TieKind.OWNED_BY)
    assert graph.nodes.id[subjects].tolist() == ["name:Slack Technologies"]
    assert graph.nodes.name[owners].tolist() == ["Salesforce"]
    assert graph.nodes.country[owners].tolist() == ["US"]
    assert graph.nodes.hyperscaler[owners].tolist() == ["no"]
