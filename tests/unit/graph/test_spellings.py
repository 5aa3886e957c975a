"""Spellings of one name are one id, and one word."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from itertools import permutations
from typing import TYPE_CHECKING

import pytest

from depgraph.errors import UnknownIdError
from depgraph.graph import Viewer, assemble
from depgraph.graph.spellings import Spellings
from depgraph.ids import id_key, mint
from depgraph.model import Decision, Label, Marking, Node

if TYPE_CHECKING:
    from collections.abc import Callable

    from depgraph.graph import Graph
    from depgraph.model import Need, Tie
    from depgraph.ports import Imported

    Imports = Callable[..., Imported]
    Needs = Callable[..., Need]
    Ties = Callable[..., Tie]

AS_OF = "2026-01-01"


def _of(*imports: Imported, viewer: Viewer | None = None) -> Graph:
    return assemble(imports, as_of=AS_OF, viewer=viewer).graph


def test_spellings_that_differ_in_case_blanks_or_invisible_characters_are_one_id(
    imported: Imports, need: Needs
) -> None:
    written = [
        "Host BV",
        "Host\u200b BV",
        "Host BV\ufeff",
        "Ho\u00adst BV",
        "HOST bv",
        "\u200eHost BV\u200e",
        "Host\u00a0BV",
    ]
    graph = _of(imported(*(need(f"name:Town {at}", mint("name", name)) for at, name in enumerate(written))))
    assert graph.nodes.id.tolist()[0] == "name:Host BV"  # twice: the last one reads so in white space collapsed
    assert len(graph.nodes) == 8
    assert graph.requirements.provider.tolist() == [0] * 7
    assert sorted(graph.aliases) == sorted({mint("name", name) for name in written} - {"name:Host BV"})
    for name in (*written, "host bv", "HOST \u200d BV"):
        assert graph.position(name) == 0
    for name in ("HostBV", "Host B.V."):
        with pytest.raises(UnknownIdError):
            graph.position(name)


@pytest.mark.parametrize("scheme", ["name", "function", "service", "product", "place"])
def test_ids_of_every_scheme_of_free_text_fold_as_a_whole(imported: Imports, scheme: str) -> None:
    facts = [
        Node(f"{scheme}:{value}", {}, f"n:{value}") for value in ("Ede/Mail", "EDE/mail", "ede/mail", "Ede/Mail 2")
    ]
    assert _of(imported(*facts)).nodes.id.tolist() == [f"{scheme}:EDE/mail", f"{scheme}:Ede/Mail 2"]


def test_identifiers_of_registers_have_one_spelling_as_it_is(imported: Imports) -> None:
    facts = [Node(node_id, {}, "n") for node_id in ("purl:pkg:A/b", "purl:pkg:a/b", "cpe:2.3:A", "cpe:2.3:a")]
    assert len(_of(imported(*facts)).nodes) == 4


def test_the_spelling_used_most_is_shown_then_the_first_by_code_point() -> None:
    assert Spellings({"b": 1, "B": 2, "\u00e9": 1, "\u00c9": 1}).becomes == {"b": "B", "\u00e9": "\u00c9"}


def test_what_is_not_in_force_has_no_say(imported: Imports, need: Needs) -> None:
    past = [need(f"name:{at}", "name:HOST", valid=(None, "2020-01-01")) for at in range(3)]
    graph = _of(imported(*past, need("name:a", "name:Host")))
    assert graph.nodes.id.tolist() == ["name:Host", "name:a"]
    assert graph.aliases == {}


def test_a_viewer_sees_no_spelling_of_what_is_hidden(imported: Imports, need: Needs) -> None:
    public = imported(need("name:a", "name:Host", "mail", service_type="saas"), Node("name:a", {"sector": "care"}, "n"))
    hidden = imported(
        *(need(f"name:{at}", "name:HOST", "MAIL", service_type="SaaS") for at in range(3)),
        *(Node(f"name:{at}", {"sector": "CARE"}, "n") for at in range(3)),
        source="closed",
        marking=Marking(Label.RED, recipients=("eve",)),
    )
    seen = _of(public, hidden, viewer=Viewer("bob"))
    assert (seen.digest, seen.aliases) == (_of(public).digest, {})
    everything = _of(public, hidden)
    assert everything.aliases == {"name:Host": "name:HOST"}
    assert set(everything.nodes.sector.tolist()) == {"", "CARE"}


def test_words_are_compared_as_names_are(imported: Imports, need: Needs) -> None:
    graph = _of(
        imported(
            need("name:a", "name:x", "Mail", "any", service_type="Hosting"),
            need("name:a", "name:y", "mail ", "any", service_type="hosting"),
            need("name:b", "name:y", "", service_type="HO\u00adSTING"),
            need("name:b", "service:s", "", service_type="hosting"),
            Node("service:s", {"service_type": "hosting", "sector": "Care", "hub": "Z"}, "n"),
            Node("name:a", {"sector": "CARE", "hub": "z"}, "n"),
            Node("name:b", {"sector": "CARE"}, "n"),
        )
    )
    assert graph.needs.service_types.tolist() == ["", "hosting"]
    assert "Mail" in graph.requirements.names.tolist()
    assert "mail " not in graph.requirements.names.tolist()
    assert [int(upper) for upper in graph.requirements.k_upper[graph.requirements.dependent == 0]] == [1]
    assert graph.nodes.sector.tolist() == ["CARE", "CARE", "", "", "CARE"]
    assert graph.nodes.hub.tolist() == ["Z", "", "", "", "Z"]


def test_what_two_sources_spell_in_two_ways_is_no_conflict(imported: Imports) -> None:
    one = imported(Node("name:Host", {"sector": "Care", "country": "NL"}, "n:1"), source="one")
    two = imported(Node("name:HOST", {"sector": "CARE", "country": "BE"}, "n:2"), source="two")
    assembled = assemble([one, two], as_of=AS_OF)
    assert [(finding.code, finding.field) for finding in assembled.findings] == [("attribute-conflict", "country")]
    assert [said.record for said in assembled.graph.provenance(assembled.graph.nodes.evidence, 0)] == ["n:1", "n:2"]


def test_decisions_and_identifiers_name_a_party_in_any_spelling(imported: Imports, need: Needs) -> None:
    graph = _of(
        imported(
            need("name:a", "name:Host"),
            need("name:b", "name:Other"),
            Decision("name:HOST", "name:other", same=True, evidence="seen", record="d"),
        )
    )
    assert graph.nodes.id.tolist() == ["name:Host", "name:a", "name:b"]
    assert [graph.position(name) for name in ("OTHER", "host", "Other")] == [0, 0, 0]


def test_a_need_of_another_spelling_of_oneself_is_dropped_with_a_finding(imported: Imports, need: Needs) -> None:
    assembled = assemble([imported(need("name:Host", "name:HOST", record="needs.csv:4"))], as_of=AS_OF)
    assert [(finding.code, finding.record) for finding in assembled.findings] == [("self-need", "needs.csv:4")]


def test_a_reference_list_is_asked_once_for_all_spellings_and_decides_none(
    imported: Imports, need: Needs, tie: Ties
) -> None:
    asked: list[str] = []

    def reference(parties: list[object]) -> Imported:
        asked.extend(party.id for party in parties)
        return imported(tie("owned_by", "name:Host", "name:BIG"), Node("name:BIG", {}, "g"), source="list", trust=1)

    facts = imported(need("name:a", "name:Host"), need("name:b", "name:HOST"), need("name:b", "name:Big"))
    graph = assemble([facts], as_of=AS_OF, reference=reference).graph
    assert asked == ["name:Big", "name:HOST", "name:a", "name:b"]
    assert graph.nodes.id.tolist() == ["name:Big", "name:HOST", "name:a", "name:b"]
    assert (graph.ties.subject.tolist(), graph.ties.object.tolist()) == ([1], [0])


def _varied(text: str, choose: random.Random) -> str:
    """Return an id or word in a spelling that means the same."""
    scheme, colon, value = text.rpartition(":")
    if not value or scheme not in {"", "name", "function", "service"}:
        return text
    change = choose.choice((str.upper, str.lower, str.title, lambda one: f"{one}\u200b", lambda one: one))
    return f"{scheme}{colon}{change(value)}"


@pytest.mark.parametrize("seed", range(40))
def test_the_graph_is_that_of_the_spellings_used_most(at_random: Callable[[int], list[Imported]], seed: int) -> None:
    """The oracle counts spellings in the facts, writes each fact anew with them, and assembles that."""
    choose = random.Random(seed)
    imports = [
        replace(
            imported,
            nodes=[node._replace(id=_varied(node.id, choose)) for node in imported.nodes],
            needs=[
                need._replace(dependent=_varied(need.dependent, choose), provider=_varied(need.provider, choose))
                for need in imported.needs
            ],
            ties=[
                tie._replace(subject=_varied(tie.subject, choose), object=_varied(tie.object, choose))
                for tie in imported.ties
            ],
            decisions=(),
        )
        for imported in at_random(seed)
    ]
    used: Counter[str] = Counter()
    for imported in imports:
        used.update(node.id for node in imported.nodes)
        held = [
            fact
            for fact in (*imported.needs, *imported.ties)
            if (fact.valid_from or "") <= AS_OF <= (fact.valid_to or "9")
        ]
        used.update(
            end for fact in held for end in (getattr(fact, "dependent", ""), getattr(fact, "provider", "")) if end
        )
        used.update(end for fact in held for end in (getattr(fact, "subject", ""), getattr(fact, "object", "")) if end)
    shown = {}
    for node_id in sorted(used, key=lambda one: (-used[one], one)):
        shown.setdefault(id_key(node_id), node_id)

    def plain(node_id: str) -> str:
        return shown.get(id_key(node_id), node_id)

    expected = _of(
        *(
            replace(
                imported,
                nodes=[node._replace(id=plain(node.id)) for node in imported.nodes],
                needs=[
                    need._replace(dependent=plain(need.dependent), provider=plain(need.provider))
                    for need in imported.needs
                ],
                ties=[tie._replace(subject=plain(tie.subject), object=plain(tie.object)) for tie in imported.ties],
            )
            for imported in imports
        )
    )
    for order in permutations(imports):
        graph = _of(*order)
        assert replace(graph, aliases=expected.aliases).digest == expected.digest
        assert graph.digest == _of(*imports).digest
        for node_id in used:
            assert graph.find(node_id) == expected.find(plain(node_id))
