"""What two graphs say differently, against a comparison of every fact with every other one."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from depgraph.graph import RELATIONS, TIE_KINDS, Graph, assemble
from depgraph.graph.change import Change, ChangeSort, NeedSaid, RequirementSaid, TieSaid
from depgraph.graph.change_classes import Basis, ChangeClass
from depgraph.graph.changes import changes
from depgraph.graph.pairing import paired
from depgraph.ids import id_key, key
from depgraph.model import EVIDENCE, Decision, Node
from depgraph.ports import InputFile, Receipt
from depgraph.testing import graph

if TYPE_CHECKING:
    from collections.abc import Callable

    from depgraph.model import Need, Tie
    from depgraph.ports import Imported

    Made = Callable[..., Imported]
    Needs = Callable[..., Need]
    Ties = Callable[..., Tie]

DAY = "2026-01-01"


def _of(*imports: Imported, as_of: str = DAY) -> Graph:
    return assemble(imports, as_of=as_of).graph


def _facts(of: Graph) -> dict[tuple[str, ...], Any]:
    """Return every fact of a graph by what says which it is, one after the other."""
    facts: dict[tuple[str, ...], Any] = {}
    ids = list(map(id_key, of.nodes.id.tolist()))
    for node, node_id in enumerate(ids):
        facts["node", node_id] = str(of.nodes.name[node])
        for column in fields(of.nodes):
            value = getattr(of.nodes, column.name)
            if column.name in {"id", "kind", "unknown", "evidence", "other"}:
                continue
            said = (
                value[node] if isinstance(value[node], str) else None if np.isnan(value[node]) else float(value[node])
            )
            facts["attribute", node_id, column.name] = said or (said if said == 0.0 else None)
        for name, value in json.loads(str(of.nodes.other[node]) or "{}").items():
            facts["attribute", node_id, name] = tuple(value) if isinstance(value, list) else value
    for need in range(len(of.needs)):
        requirement = of.needs.requirement[need]
        name = key(str(of.requirements.names[of.requirements.name[requirement]]))
        told = [
            None if np.isnan(column[need]) else float(column[need]) for column in (of.needs.share, of.needs.cost_eur)
        ]
        dates = [
            "" if np.isnat(column[need]) else str(column[need]) for column in (of.needs.valid_from, of.needs.valid_to)
        ]
        said_need = NeedSaid(
            told[0], told[1], int(of.needs.cost_blanks[need]), float(of.needs.confidence[need]), *dates
        )
        dependent = ids[of.needs.dependent[need]]
        service_type = key(str(of.needs.service_types[of.needs.service_type[need]]))
        relation = str(RELATIONS[of.needs.relation[need]])
        facts["need", dependent, ids[of.needs.provider[need]], relation, name, service_type] = said_need
        n = int(of.requirements.indptr[requirement + 1] - of.requirements.indptr[requirement])
        bounds = int(of.requirements.k_lower[requirement]), int(of.requirements.k_upper[requirement])
        word = str(of.requirements.words[of.requirements.at_least[requirement]])
        dated = of.requirements.dated[requirement]
        known = EVIDENCE[of.requirements.rung[requirement]], "" if np.isnat(dated) else str(dated)
        facts["requirement", dependent, name] = RequirementSaid(word, *bounds, n, *known)
    for tie in range(len(of.ties)):
        share = None if np.isnan(of.ties.share[tie]) else float(of.ties.share[tie])
        ends = ids[of.ties.subject[tie]], ids[of.ties.object[tie]]
        facts["tie", *ends, str(TIE_KINDS[of.ties.kind[tie]])] = TieSaid(share)
    return facts


def _oracle(before: Graph, after: Graph) -> set[tuple[Any, ...]]:
    """Return the facts that differ; attributes of nodes on both sides only, and so for requirements but for their n."""
    one, other = _facts(before), _facts(after)
    differing = set()
    for which in one.keys() | other.keys():
        told = one.get(which), other.get(which)
        if told[0] == told[1]:
            continue
        if which[0] == "attribute" and not (("node", which[1]) in one and ("node", which[1]) in other):
            continue
        if which[0] == "node" and all(name is not None for name in told):
            continue  # its name is an attribute
        if which[0] == "requirement" and (None in told or told[0]._replace(n=0) == told[1]._replace(n=0)):
            continue
        differing.add((which, *told))
    return differing


def _which(change: Change) -> tuple[str, ...]:
    match change.sort:
        case ChangeSort.NODE:
            return "node", id_key(change.dependent)
        case ChangeSort.ATTRIBUTE:
            return "attribute", id_key(change.dependent), change.attribute
        case ChangeSort.REQUIREMENT:
            return "requirement", id_key(change.dependent), key(change.requirement)
        case ChangeSort.TIE:
            return "tie", id_key(change.dependent), id_key(change.provider), change.relation
    ends = id_key(change.dependent), id_key(change.provider)
    return "need", *ends, change.relation, key(change.requirement), key(change.service_type)


def _apart(imports: list[Imported]) -> list[Imported]:
    """Return imports without what makes one party of two ids."""
    return [
        replace(
            one,
            decisions=(),
            nodes=[
                Node(node.id, {name: value for name, value in node.attributes.items() if name != "identifiers"}, "n")
                for node in one.nodes
            ],
        )
        for one in imports
    ]


@pytest.mark.parametrize("seed", range(60))
def test_random_graphs_differ_as_a_comparison_of_every_fact_says(seed: int, at_random: Made) -> None:
    before, after = (_of(*_apart(at_random(each))) for each in (seed, seed + 1000))
    assert not paired(before, after).regrouped
    changed = changes(before, after)
    assert {(_which(change), change.before, change.after) for change in changed} == _oracle(before, after)
    assert len(changed) == len(set(changed))


def _mirrored(change: Change) -> Change:
    told = {"before": change.after, "after": change.before}
    return change._replace(**told, records_before=change.records_after, records_after=change.records_before)


@pytest.mark.parametrize("seed", range(30))
def test_nothing_differs_from_itself_and_the_way_back_is_the_mirror(seed: int, at_random: Made) -> None:
    imports = _apart(at_random(seed)), _apart(at_random(seed + 2000))
    before, after = _of(*imports[0]), _of(*imports[1], as_of="2026-01-02")
    assert changes(before, before) == ()
    forth = [
        change._replace(
            dependent=id_key(change.dependent),
            provider=id_key(change.provider),
            requirement=key(change.requirement),
            service_type="",
        )
        for change in changes(before, after)
    ]
    back = [
        change._replace(
            dependent=id_key(change.dependent),
            provider=id_key(change.provider),
            requirement=key(change.requirement),
            service_type="",
        )
        for change in changes(after, before)
    ]
    assert sorted(map(str, forth)) == sorted(str(_mirrored(change)) for change in back)


@pytest.mark.parametrize("seed", range(10))
def test_spellings_and_lines_change_nothing(seed: int, at_random: Made) -> None:
    imports = at_random(seed)
    respelled = [
        replace(
            one,
            nodes=[node._replace(id=_loud(node.id)) for node in one.nodes],
            needs=[
                need._replace(
                    dependent=_loud(need.dependent),
                    provider=_loud(need.provider),
                    requirement=need.requirement.upper(),
                    record="elsewhere:9",
                )
                for need in one.needs
            ],
            ties=[tie._replace(subject=_loud(tie.subject), object=_loud(tie.object), record="x:1") for tie in one.ties],
            decisions=[each._replace(first=_loud(each.first), second=_loud(each.second)) for each in one.decisions],
        )
        for one in imports
    ]
    changed = changes(_of(*imports), _of(*respelled))
    # A node that nobody names is called by its id as it is spelled.
    assert {(change.sort, change.attribute) for change in changed} <= {(ChangeSort.ATTRIBUTE, "name")}


def _loud(node_id: str) -> str:
    scheme, _, value = node_id.partition(":")
    return f"{scheme}:{value.upper()}" if scheme in {"name", "function", "service"} else node_id


def test_a_need_that_came_brings_its_node_and_its_requirement(imported: Made, need: Needs) -> None:
    before = _of(imported(need("name:a", "name:x")))
    after = _of(imported(need("name:a", "name:x"), need("name:b", "name:y", "mail"), revision=2))
    assert [(each.sort, each.why, each.dependent, each.provider) for each in changes(before, after)] == [
        (ChangeSort.NEED, ChangeClass.RECORD, "name:b", "name:y"),
        (ChangeSort.NODE, ChangeClass.RECORD, "name:b", ""),
        (ChangeSort.NODE, ChangeClass.RECORD, "name:y", ""),
    ]


def test_a_requirement_that_is_declared_is_one_change_and_learned(imported: Made, need: Needs) -> None:
    open_ = [need("name:a", each, "mail") for each in ("name:x", "name:y")]
    declared = [each._replace(at_least="any") for each in open_]
    (found,) = changes(_of(imported(*open_)), _of(imported(*declared, revision=2)))
    assert (found.sort, found.why, found.requirement) == (ChangeSort.REQUIREMENT, ChangeClass.LEARNED, "mail")
    assert (found.before, found.after) == (RequirementSaid("", 1, 2, 2), RequirementSaid("any", 1, 1, 2))


def test_how_a_requirement_is_known_is_part_of_it(imported: Made, need: Needs) -> None:
    stated = [need("name:a", each, "mail", "any") for each in ("name:x", "name:y")]
    tested = [each._replace(evidence="tested", evidence_date="2025-05-05") for each in stated]
    (found,) = changes(_of(imported(*stated)), _of(imported(*tested, revision=2)))
    assert (found.sort, found.why) == (ChangeSort.REQUIREMENT, ChangeClass.RECORD)
    assert found.after == RequirementSaid("any", 1, 1, 2, "tested", "2025-05-05")


def test_an_unknown_provider_that_is_named_is_learned(imported: Made, need: Needs) -> None:
    changed = changes(
        _of(imported(need("name:a", "unknown:", "mail"))), _of(imported(need("name:a", "name:x", "mail"), revision=2))
    )
    assert {each.why for each in changed} == {ChangeClass.LEARNED}


def test_what_ends_and_begins_by_its_own_dates_is_a_date(imported: Made, need: Needs, tie: Ties) -> None:
    facts = (
        need("name:a", "name:x", valid=(None, "2026-03-31")),
        need("name:a", "name:y", valid=("2026-04-01", None)),
        tie("owned_by", "name:x", "name:g", valid=(None, "2026-03-31")),
    )
    sides = [assemble([imported(*facts)], as_of=date) for date in (DAY, "2026-05-01")]
    basis = Basis(dormant=sides[0].dormant), Basis(dormant=sides[1].dormant)
    changed = changes(sides[0].graph, sides[1].graph, basis=basis)
    assert {each.why for each in changed} == {ChangeClass.DATE}
    links = [(each.sort, each.provider) for each in changed if each.provider]
    assert links == [(ChangeSort.NEED, "name:x"), (ChangeSort.NEED, "name:y"), (ChangeSort.TIE, "name:g")]


def test_a_record_that_now_ends_is_no_date_that_came(imported: Made, need: Needs) -> None:
    before = assemble([imported(need("name:a", "name:x"))], as_of=DAY)
    after = assemble([imported(need("name:a", "name:x", valid=(None, DAY)), revision=2)], as_of="2026-05-01")
    changed = changes(before.graph, after.graph, basis=(Basis(dormant=before.dormant), Basis(dormant=after.dormant)))
    assert {each.why for each in changed} == {ChangeClass.RECORD}


def test_a_source_that_is_new_is_learned_and_one_that_is_gone(imported: Made, need: Needs) -> None:
    one, other = imported(need("name:a", "name:x")), imported(need("name:a", "name:y"), source="dns", revision=2)
    for sides in ((_of(one), _of(one, other)), (_of(one, other), _of(one))):
        changed = changes(*sides)
        assert {each.why for each in changed if each.sort != ChangeSort.REQUIREMENT} == {ChangeClass.LEARNED}


def test_a_merge_by_a_person_is_one_change(imported: Made, need: Needs) -> None:
    facts = imported(need("name:a", "name:x", cost=2.0), need("name:b", "name:x", cost=3.0))
    made = Decision("name:a", "name:b", same=True, evidence="one firm", record="d:1")
    before, after = _of(facts), _of(facts, imported(made, source="decisions", revision=2))
    (found,) = changes(before, after, basis=(Basis(), Basis(decisions=(made,))))
    assert (found.sort, found.why) == (ChangeSort.IDENTITY, ChangeClass.DECIDED)
    assert (found.before, found.after) == (("name:a", "name:b"), ("name:a",))
    (back,) = changes(after, before, basis=(Basis(decisions=(made,)), Basis()))
    assert (back.why, back.before, back.after) == (ChangeClass.DECIDED, found.after, found.before)


def test_a_party_that_is_called_by_another_id_is_the_same(imported: Made, need: Needs) -> None:
    party = Node("name:a", {"identifiers": ("kvk:00000001",)}, "nodes.csv:2")
    before = imported(need("name:a", "name:x"))
    after = imported(party, need("name:a", "name:x"), revision=2)
    found = changes(_of(before), _of(after))[0]
    assert (found.sort, found.why) == (ChangeSort.IDENTITY, ChangeClass.RECORD)
    assert (found.before, found.after) == (("name:a",), ("kvk:00000001",))


RECEIPT = Receipt((InputFile("needs.csv", 1, "aa"),), (("depgraph", "1"), ("importer register", "1")), 1, 0)
NEWER = (("depgraph", "2"), ("importer register", "2"))
OTHER = (InputFile("renamed.csv", 1, "bb"),)


@pytest.mark.parametrize(
    ("receipt", "why"),
    [
        (replace(RECEIPT, versions=NEWER), ChangeClass.READ),
        (replace(RECEIPT, files=OTHER), ChangeClass.RECORD),
        (replace(RECEIPT, versions=NEWER, files=OTHER), ChangeClass.NOT_SEPARABLE),
        (Receipt(), ChangeClass.NOT_SEPARABLE),
    ],
)
def test_the_receipts_tell_whether_the_file_or_its_reading_is_another_one(
    receipt: Receipt, why: ChangeClass, imported: Made, need: Needs
) -> None:
    before, after = imported(need("name:a", "name:x")), imported(need("name:a", "name:x", share=0.5), revision=2)
    (found,) = changes(_of(before), _of(after), basis=(Basis({1: RECEIPT}), Basis({2: receipt})))
    assert found.why is why


def test_a_thousand_facts_of_one_node_are_a_thousand_changes() -> None:
    before = graph("a>all")
    after = graph(" ".join(f"a>x{number}" for number in range(1000)))
    changed = changes(before, after)
    assert sum(each.sort is ChangeSort.NEED for each in changed) == 1001
    assert [each.provider for each in changed if each.sort is ChangeSort.NEED] == sorted(
        each.provider for each in changed if each.sort is ChangeSort.NEED
    )
