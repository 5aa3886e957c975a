"""The FedRAMP marketplace: figures of the shipped data, cases checked by hand, and bad files."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import networkx as nx
import pytest

from depgraph.graph import assemble
from depgraph.ids import kind_of
from depgraph.model import Import, Kind, Level, Marking, Relation, TieKind
from depgraph.ports import Counts, Given, Imported
from depgraph.regulation.groups import reference_import
from importers.fedramp import SOURCE
from importers.fedramp.meaning import UNSTATED

if TYPE_CHECKING:
    from depgraph.model import Facts, Finding, Need, Node, Tie

SAMPLE = Path(str(resources.files("data_samples") / "fedramp"))


class Everything:
    """All facts of one reading, side by side."""

    def __init__(self, facts: list[Facts]) -> None:
        self.nodes: list[Node] = [node for fact in facts for node in fact.nodes]
        self.needs: list[Need] = [need for fact in facts for need in fact.needs]
        self.ties: list[Tie] = [tie for fact in facts for tie in fact.ties]
        self.findings: list[Finding] = [finding for fact in facts for finding in fact.findings]

    def pairs(self, relation: Relation) -> set[tuple[str, str]]:
        return {(need.dependent, need.provider) for need in self.needs if need.relation == relation}

    def count(self, code: str) -> int:
        return sum(finding.code == code for finding in self.findings)


def everything(path: Path) -> Everything:
    return Everything(list(SOURCE.read(Given((path,)))))


@pytest.fixture(scope="module")
def sample() -> Everything:
    return everything(SAMPLE)


@pytest.fixture(scope="module")
def document() -> Any:
    return json.loads((SAMPLE / "data.json").read_text(encoding="utf-8"))["data"]


def path_of(agency: dict[str, str]) -> str:
    """Return what the id of an agency is made of; some names end in a line break."""
    return "/".join(" ".join(name.split()) for name in (agency["parent"], agency["sub"]) if name)


def agency_of(function: str) -> str:
    return function.removeprefix("function:").rpartition("/")[0]


def test_the_counts_are_those_of_the_marketplace(sample: Everything) -> None:
    ids = {node.id for node in sample.nodes}
    assert sum(kind_of(node) == Kind.SERVICE for node in ids) == 642
    providers = {provider for _, provider in sample.pairs(Relation.PROVIDED_BY)}
    assert len(providers) == 558
    agencies = {node.id for node in sample.nodes if node.attributes.get("sector") == "federal agencies"}
    # 241 in the file, and the Department of Defense, which only its sub-agencies name.
    assert len(agencies) == 242
    assert agencies & providers == {"name:General Services Administration"}
    assert sum(kind_of(node) == Kind.PARTY for node in ids) == 558 + 242 - 1
    assert sum(tie.kind == TieKind.PART_OF for tie in sample.ties) == 151
    assert SOURCE.stated_date(Given((SAMPLE,))) == "2026-04-28"


def test_who_uses_what_agrees_with_the_agencies_but_for_rows_that_they_do_not_list(
    sample: Everything, document: Any
) -> None:
    rows = len(document["AtoMapping"]) + len(document["ReuseMapping"])
    assert rows == 510 + 2_682
    # Left out: 5 rows of no agency (authorised by the programme itself), 9 of no product.
    assert (sample.count("unknown-agency"), sample.count("unknown-service")) == (5, 9)
    used = {(agency_of(function), service) for function, service in sample.pairs(Relation.USES)}
    assert len(used) == 2_968
    # The rest of the rows repeat an agency and a product.
    assert rows - 14 - 2_968 == 210
    paths = {a["id"]: path_of(a) for a in document["Agencies"]}
    listed = {(paths[a["id"]], f"service:FEDRAMP/{use['id']}") for a in document["Agencies"] for use in a["auths"]}
    assert len(listed) == 2_962
    assert listed < used
    # Two rows name the agency and give no id; four write the id of the product with a blank.
    assert sorted(used - listed) == [
        ("Department of Commerce/United States Census Bureau", "service:FEDRAMP/FR1719841002"),
        ("Department of Defense/United States Air Force", "service:FEDRAMP/FR2118555665"),
        ("Department of Justice/Executive Office for United States Attorneys", "service:FEDRAMP/F1212191840A"),
        ("Department of Veterans Affairs", "service:FEDRAMP/FR2035860874"),
        ("Department of Veterans Affairs", "service:FEDRAMP/FR2312052740"),
        (
            "Department of the Interior/Office of Diversity, Inclusion, and Civil Rights",
            "service:FEDRAMP/FR2108649352",
        ),
    ]
    assert sample.count("agency-by-name") == 2


def test_products_name_the_agencies_that_authorised_them_alike(sample: Everything, document: Any) -> None:
    names = {a["sub"] or a["parent"]: path_of(a) for a in document["Agencies"]}
    said = {
        (names[name], f"service:FEDRAMP/{product['id']}")
        for product in document["Products"]
        for name in product["agency_authorizations"]
        if name
    }
    used = {(agency_of(function), service) for function, service in sample.pairs(Relation.USES)}
    assert len(said) == 2_964
    assert said < used
    assert len(used - said) == 4


def test_agency_reuse_follows_from_use_of_a_product_or_of_what_is_built_on_it(
    sample: Everything, document: Any
) -> None:
    paths = {a["id"]: path_of(a) for a in document["Agencies"]}
    used = {(agency_of(function), service) for function, service in sample.pairs(Relation.USES)}
    consumers = defaultdict(set)
    for consumer, product in sample.pairs(Relation.BUILT_ON):
        consumers[product].add(consumer)
    said = [(key, f"service:FEDRAMP/{p['id']}") for p in document["Products"] for key in p["agency_reuse"] if key]
    built = [any((paths.get(key), consumer) in used for consumer in consumers[service]) for key, service in said]
    itself = [(paths.get(key), service) in used for key, service in said]
    either = [one or other for one, other in zip(built, itself, strict=True)]
    # The two that do not follow are of 22-000, which is no agency.
    assert (len(said), sum(built), sum(either)) == (1_453, 1_435, 1_451)


def test_services_build_on_services_as_their_platforms_list_them(sample: Everything, document: Any) -> None:
    listed = sum(len(product["leveraged_systems"]) for product in document["Products"])
    pairs = sample.pairs(Relation.BUILT_ON)
    assert (listed, sample.count("self-need"), len(pairs)) == (1_757, 7, 1_750)
    graph = nx.DiGraph(pairs)
    assert sorted(len(part) for part in nx.strongly_connected_components(graph) if len(part) > 1) == [2, 2, 2, 8]
    assert nx.dag_longest_path_length(nx.condensation(graph)) == 9


def test_the_direction_is_from_consumer_to_platform(sample: Everything) -> None:
    """Cloud.gov runs on AWS GovCloud, which lists it among its leveraged systems."""
    cloud_gov = [need for need in sample.needs if need.dependent == "service:FEDRAMP/F1607067912"]
    assert [(need.provider, need.relation, need.requirement, need.at_least) for need in cloud_gov] == [
        ("name:18F - 18F Cloud.gov", "provided_by", "", ""),
        ("service:FEDRAMP/F1603047866", "built_on", "IaaS", ""),
        ("service:FEDRAMP/F1603047866", "built_on", "PaaS", ""),
    ]
    assert cloud_gov[1].record == "data.json#/data/Products/37/leveraged_systems/0"


def test_platforms_are_grouped_by_service_model_and_software_is_maybe_a_tool(sample: Everything) -> None:
    """Slack: a delivery network (IaaS), AWS (IaaS, PaaS, SaaS), Google Workspace and Okta (SaaS)."""
    requirements = defaultdict(set)
    for need in sample.needs:
        if need.dependent == "service:FEDRAMP/FR1823447014" and need.relation == Relation.BUILT_ON:
            requirements[need.requirement, need.at_least].add(need.provider.removeprefix("service:FEDRAMP/"))
    assert requirements == {
        ("IaaS", ""): {"F1206061353", "AGENCYAMAZONEW"},
        ("PaaS", ""): {"AGENCYAMAZONEW"},
        ("SaaS", "maybe"): {"F1206081364", "F1512167750"},
    }


def test_every_requirement_on_software_alone_is_maybe(sample: Everything, document: Any) -> None:
    models = {f"service:FEDRAMP/{p['id']}": set(p["service_model"]) for p in document["Products"]}
    for need in sample.needs:
        if need.relation == Relation.BUILT_ON:
            software = models[need.provider] == {"SaaS"}
            assert (need.at_least == "maybe") == software == (need.requirement == "SaaS")
            assert software or need.requirement in models[need.provider]


def test_an_agency_has_a_function_for_each_business_function_of_what_it_uses(sample: Everything) -> None:
    """The National Gallery of Art reuses one service only, with three business functions."""
    gallery = [need for need in sample.needs if need.dependent.startswith("function:National Gallery of Art/")]
    assert sorted((need.dependent.rpartition("/")[2], need.provider) for need in gallery) == [
        ("Accounting", "service:FEDRAMP/FR2234550858"),
        ("Finance", "service:FEDRAMP/FR2234550858"),
        ("Travel Management", "service:FEDRAMP/FR2234550858"),
    ]
    assert {(need.requirement, need.at_least) for need in gallery} == {("services", "")}
    assert all(need.service_type == need.dependent.rpartition("/")[2] for need in gallery)
    owners = {tie.subject: tie.object for tie in sample.ties if tie.kind == TieKind.OWNER}
    assert {owners[need.dependent] for need in gallery} == {"name:National Gallery of Art"}


def test_functions_and_their_requirements_are_counted(sample: Everything) -> None:
    services = defaultdict(set)
    for function, service in sample.pairs(Relation.USES):
        services[function].add(service)
    assert len(services) == 3_727
    assert sum(len(used) == 1 for used in services.values()) == 1_631
    assert max(len(used) for used in services.values()) == 40
    assert sum(function.endswith(f"/{UNSTATED}") for function in services) == 181
    assert len({agency_of(function) for function in services}) == 241


def test_an_agency_and_its_sub_agencies_are_one_organisation(sample: Everything) -> None:
    whole = {tie.subject: tie.object for tie in sample.ties if tie.kind == TieKind.PART_OF}
    coast_guard = "name:Department of Homeland Security/United States Coast Guard"
    assert whole[coast_guard] == "name:Department of Homeland Security"
    # One row calls it part of the Department of Education: the id goes first.
    (finding,) = [finding for finding in sample.findings if finding.code == "agency-name"]
    assert finding.record == "data.json#/data/AtoMapping/103"
    assert "Department of Education/United States Coast Guard" in finding.message
    assert len(set(whole.values())) == 20


def test_attributes_are_kept_and_contacts_are_not(sample: Everything) -> None:
    slack = next(node for node in sample.nodes if node.id == "service:FEDRAMP/FR1823447014")
    assert slack.attributes == {
        "name": "Slack Technologies: Slack",
        "service_model": ("SaaS",),
        "deployment_model": "Public Cloud",
        "impact_level": "Moderate",
        "status": "FedRAMP Authorized",
        "business_functions": ("Collaboration",),
    }
    assert "@" not in "".join(str(value) for node in sample.nodes for value in node.attributes.values())


def test_the_sample_is_as_published_but_for_data_of_persons(document: Any) -> None:
    assert {"logo", "service_desc", "sales_email", "filter_classes"} < document["Products"][0].keys()
    assert not any(assessor["poc"] or assessor["address"] for assessor in document["Assessors"])
    text = (SAMPLE / "data.json").read_text(encoding="utf-8")
    assert not re.search(r"[\w.+-]+@[\w-]+\.[\w.-]+", text)
    assert not re.search(r"(?<![\w-])\(?\d{3}\)?[ -]\d{3}-\d{4}(?!\d)", text)


def test_nothing_of_the_sample_is_bad_and_every_record_is_a_place_in_it(sample: Everything, document: Any) -> None:
    assert Counter(finding.level for finding in sample.findings) == {Level.WARNING: 17, Level.NOTE: 7}
    for fact in (*sample.nodes, *sample.needs, *sample.ties, *sample.findings):
        name, _, pointer = fact.record.partition("#/data/")
        assert name == "data.json"
        value = document
        for token in pointer.split("/"):
            value = value[int(token)] if isinstance(value, list) else value[token]
        assert isinstance(value, dict)


def test_most_use_and_building_is_of_suppliers_whose_group_is_known(sample: Everything) -> None:
    run = Import("fedramp", "", "2026-04-28", Marking(), 60, "")
    imported = Imported(run, 1, Counts(), (), sample.nodes, sample.needs, sample.ties)
    assembled = assemble([imported], as_of="2026-04-28", reference=reference_import)
    graph = assembled.graph
    assert not assembled.findings
    grouped = {str(graph.nodes.id[at]) for at in graph.tied(TieKind.OWNED_BY)[0]}
    grouped |= {str(node) for node in graph.nodes.id[graph.nodes.hyperscaler != ""]}
    provider = dict(sorted(sample.pairs(Relation.PROVIDED_BY)))
    used = {(agency_of(function), service) for function, service in sample.pairs(Relation.USES)}
    pairs = [*used, *sample.pairs(Relation.BUILT_ON)]
    matched = sum(provider[service] in grouped for _, service in pairs)
    assert len(pairs) == 2_968 + 1_750
    assert matched == 3_523
    assert len({provider[service] for _, service in pairs} & grouped) == 104
