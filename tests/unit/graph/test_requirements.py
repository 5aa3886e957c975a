"""How many of its providers a requirement needs, by all that is said of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from depgraph.graph import RELATIONS, assemble
from depgraph.model import Level, Node
from depgraph.testing import graph

if TYPE_CHECKING:
    from collections.abc import Callable

    from depgraph.model import Finding, Need, Tie
    from depgraph.ports import Imported

AS_OF = "2026-01-01"


@pytest.fixture
def bounds(
    imported: Callable[..., Imported], need: Callable[..., Need]
) -> Callable[..., tuple[tuple[int, int, str], tuple[Finding, ...]]]:
    """Return the bounds and the word of one requirement of which each import says something, and the findings."""

    def found(providers: int, *words: str) -> tuple[tuple[int, int, str], tuple[Finding, ...]]:
        imports = [
            imported(
                *(need("name:a", f"name:{at}", "mail", word, record=f"needs.csv:{at}") for at in range(providers)),
                source=f"source {number}",
            )
            for number, word in enumerate(words)
        ]
        made = assemble(imports, as_of=AS_OF)
        columns = made.graph.requirements
        assert len(columns) == 1
        said = (int(columns.k_lower[0]), int(columns.k_upper[0]), str(columns.words[columns.at_least[0]]))
        return said, made.findings

    return found


@pytest.mark.parametrize(
    ("providers", "word", "expected"),
    [
        (3, "all", (3, 3)),
        (3, "any", (1, 1)),
        (3, "unknown", (1, 3)),
        (3, "maybe", (0, 3)),
        (3, "", (1, 3)),
        (1, "", (1, 1)),
        (3, "2", (2, 2)),
        (3, "2..3", (2, 3)),
        (3, "0", (0, 0)),
        (3, "7", (3, 3)),
        (3, "2..9", (2, 3)),
        (1, "maybe", (0, 1)),
    ],
)
def test_bounds(bounds: Callable[..., tuple], providers: int, word: str, expected: tuple[int, int]) -> None:
    said, findings = bounds(providers, word)
    shown = {"7": "3", "2..9": "2..3"}.get(word, word)  # more than there are is all of them
    assert said == (*expected, shown)
    assert findings == ()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("all", "any"), (1, 3, "1..3")),
        (("1", "2"), (1, 2, "1..2")),
        (("maybe", "all", "any", "unknown"), (1, 3, "1..3")),
        (("1..2", "3", "2"), (1, 3, "1..3")),
    ],
)
def test_sources_that_disagree_widen_it_with_a_finding(
    bounds: Callable[..., tuple], words: tuple[str, ...], expected: tuple[int, int, str]
) -> None:
    said, (finding,) = bounds(3, *words)
    assert said == expected
    assert (finding.level, finding.code, finding.field) == (Level.WARNING, "requirement-disagreement", "at_least")
    declared = [f"{word} (needs.csv:0)" for word in sorted(words) if word not in ("maybe", "unknown")]
    assert finding.message == (
        f"'name:a', requirement 'mail': sources say {', '.join(declared)}; these exclude each other:"
        f" taken as {expected[0]} to {expected[1]} of 3"
    )


@pytest.mark.parametrize(
    ("words", "expected"),
    [(("1..3", "2"), (2, 2, "2")), (("1..2", "2..3"), (2, 2, "2")), (("0..2", "1..3", "maybe"), (1, 2, "1..2"))],
)
def test_what_sources_say_holds_together_and_a_narrowing_names_both_records(
    bounds: Callable[..., tuple], words: tuple[str, ...], expected: tuple[int, int, str]
) -> None:
    said, (finding,) = bounds(3, *words)
    assert said == expected
    assert (finding.level, finding.code) == (Level.NOTE, "requirement-narrowed")
    assert finding.message.count("(needs.csv:0)") == 2


def test_sources_that_say_the_same_in_other_words_agree(bounds: Callable[..., tuple]) -> None:
    assert bounds(2, "all", "2") == ((2, 2, "2"), ())


def test_a_source_that_says_nothing_does_not_disagree(bounds: Callable[..., tuple]) -> None:
    assert bounds(3, "", "all") == ((3, 3, "all"), ())


def test_unknown_says_nothing_beside_maybe(bounds: Callable[..., tuple]) -> None:
    assert bounds(3, "maybe", "unknown") == ((0, 3, "maybe"), ())


@pytest.mark.parametrize("open_word", ["unknown", "maybe"])
def test_what_somebody_declares_answers_who_does_not_know(bounds: Callable[..., tuple], open_word: str) -> None:
    assert bounds(3, open_word, "any") == ((1, 1, "any"), ())
    assert bounds(3, open_word, "2..3", open_word) == ((2, 3, "2..3"), ())


def test_words_are_evaluated_on_the_graph_at_hand(imported: Callable[..., Imported], need: Callable[..., Need]) -> None:
    first = imported(need("name:a", "name:x", "mail", "all"), source="one")
    more = imported(need("name:a", "name:y", "mail"), need("name:a", "name:z", "mail"), source="two")
    columns = assemble([first, more], as_of=AS_OF).graph.requirements
    assert (columns.k_lower[0], columns.k_upper[0]) == (3, 3)


def _bounds(*imports: Imported) -> dict[tuple[str, str], tuple[int, int, int]]:
    made = assemble(imports, as_of=AS_OF).graph
    columns, ids = made.requirements, made.nodes.id.tolist()
    return {
        (ids[columns.dependent[at]], str(columns.names[columns.name[at]])): (
            int(columns.k_lower[at]),
            int(columns.k_upper[at]),
            int(columns.indptr[at + 1] - columns.indptr[at]),
        )
        for at in range(len(columns))
    }


def test_uses_needs_that_nobody_named_or_typed_are_one_requirement(
    imported: Callable[..., Imported], need: Callable[..., Need]
) -> None:
    """That both are needed is no certainty; what each needs of a type is, as ever, a requirement of that type."""
    facts = imported(
        need("name:a", "name:x"),
        need("name:a", "name:y"),
        need("name:b", "name:x", service_type="hosting"),
        need("name:b", "name:y", service_type="hosting"),
        need("name:b", "name:z", service_type="mail"),
        need("name:b", "name:z", "named"),
    )
    assert _bounds(facts) == {
        ("name:a", ""): (1, 2, 2),
        ("name:b", "hosting"): (1, 2, 2),
        ("name:b", "mail"): (1, 1, 1),
        ("name:b", "named"): (1, 1, 1),
    }


def test_needs_of_other_relations_join_those_of_their_own_relation_alone(
    imported: Callable[..., Imported], need: Callable[..., Need]
) -> None:
    facts = imported(
        need("service:s", "name:x", relation="provided_by"),
        need("service:s", "name:y", relation="provided_by"),
        need("service:s", "service:t", relation="built_on"),
        need("service:s", "place:NL", relation="located_in"),
        need("name:a", "name:x"),
        need("name:a", "name:y", relation="subcontracts"),
    )
    assert _bounds(facts) == {
        ("service:s", "(provided_by)"): (1, 2, 2),
        ("service:s", "(built_on)"): (1, 1, 1),
        ("service:s", "(located_in)"): (1, 1, 1),
        ("name:a", ""): (1, 1, 1),
        ("name:a", "(subcontracts)"): (1, 1, 1),
    }


def test_a_function_with_an_owner_and_one_untyped_need_fails_with_either(
    imported: Callable[..., Imported], need: Callable[..., Need], tie: Callable[..., Tie]
) -> None:
    facts = imported(need("function:f", "name:x"), tie("owner", "function:f", "name:a"))
    assert _bounds(facts) == {("function:f", ""): (1, 1, 1), ("function:f", "(run_by)"): (1, 1, 1)}


def test_of_two_owners_from_two_sources_either_may_run_it(
    imported: Callable[..., Imported], tie: Callable[..., Tie]
) -> None:
    one = imported(tie("owner", "function:f", "name:a"), source="one")
    two = imported(tie("owner", "function:f", "name:b"), source="two")
    assert _bounds(one, two) == {("function:f", "(run_by)"): (1, 2, 2)}


def test_a_need_without_type_takes_that_of_its_service_as_all_sources_settle_it(
    imported: Callable[..., Imported], need: Callable[..., Need]
) -> None:
    one = imported(need("name:a", "service:s"), need("name:a", "name:x", service_type="S17"), source="one")
    two = imported(Node("service:s", {"service_type": "S17"}, "n"), source="two")
    trusted = imported(Node("service:s", {"service_type": "S01"}, "n"), source="three", trust=90)
    assert _bounds(one) == {("name:a", ""): (1, 1, 1), ("name:a", "S17"): (1, 1, 1)}
    assert _bounds(one, two) == {("name:a", "S17"): (1, 2, 2)}
    assert _bounds(one, two, trusted) == {("name:a", "S01"): (1, 1, 1), ("name:a", "S17"): (1, 1, 1)}


@pytest.mark.parametrize(
    ("own", "of_service", "expected"),
    [
        ("S17", "S01", "subcontracts"),
        ("S17", "S17", "provided_by"),
        ("S17", "", "provided_by"),
        ("", "S01", "provided_by"),
    ],
)
def test_an_empty_relation_of_a_service_on_a_party_is_told_by_both_types(
    imported: Callable[..., Imported], need: Callable[..., Need], own: str, of_service: str, expected: str
) -> None:
    one = imported(need("service:s", "name:x", relation="", service_type=own), source="one")
    two = imported(Node("service:s", {"service_type": of_service}, "n"), source="two")
    made = assemble([one, two], as_of=AS_OF).graph
    assert RELATIONS[made.needs.relation[0]] == expected


def test_what_a_source_declares_holds_for_its_own_providers_and_those_that_others_name_into_it(
    imported: Callable[..., Imported], need: Callable[..., Need]
) -> None:
    said = imported(
        need("name:a", "name:x", at_least="any", service_type="mail"),
        need("name:a", "name:y", at_least="any", service_type="mail"),
        source="one",
    )
    by_type = imported(need("name:a", "name:z", service_type="mail", record="two.csv:9"), source="two")
    by_name = imported(need("name:a", "name:z", "mail"), source="two")
    same = imported(need("name:a", "name:x", service_type="mail"), source="two")
    assert _bounds(said) == {("name:a", "mail"): (1, 1, 2)}
    assert _bounds(said, by_type) == {("name:a", "mail"): (1, 3, 3)}
    assert _bounds(said, by_name) == {("name:a", "mail"): (1, 1, 3)}
    assert _bounds(said, same) == {("name:a", "mail"): (1, 1, 2)}
    assembled = assemble([said, by_type], as_of=AS_OF)
    assert [(finding.level, finding.code) for finding in assembled.findings] == [(Level.NOTE, "requirement-reopened")]
    assert assembled.graph.requirements.words[assembled.graph.requirements.at_least].tolist() == [""]


def test_a_need_that_may_not_matter_stays_so_where_another_source_adds_one(
    imported: Callable[..., Imported], need: Callable[..., Need]
) -> None:
    imports = [
        imported(need("name:a", f"name:{at}", at_least="maybe", service_type="mail"), source=f"source {at}")
        for at in range(2)
    ]
    assert _bounds(*imports) == {("name:a", "mail"): (0, 2, 2)}


def test_an_unknown_provider_may_be_one_that_another_source_names(
    imported: Callable[..., Imported], need: Callable[..., Need]
) -> None:
    one = imported(need("name:a", "name:x", "mail", "any"), need("name:a", "unknown:", "mail", "any"), source="one")
    two = imported(need("name:a", "name:y", "mail"), source="two")
    same = imported(need("name:a", "name:x", "mail"), source="two")
    nobody = imported(need("name:a", "unknown:", "mail"), source="two")
    assert _bounds(one) == {("name:a", "mail"): (1, 1, 2)}
    assert _bounds(one, two) == {("name:a", "mail"): (1, 2, 3)}
    assert _bounds(one, same) == {("name:a", "mail"): (1, 1, 2)}  # the first source tells both apart
    made = assemble([one, nobody], as_of=AS_OF).graph
    assert made.nodes.id.tolist() == ["name:a", "name:x", "unknown:not named in one", "unknown:not named in two"]
    assert made.requirements.k_upper.tolist() == [2]  # that of the second source may be x
    assert made.requirements.grown.tolist() == [1]


def test_offsets_and_providers() -> None:
    columns = graph("b>x|y a>x a>2(x,y,z)").requirements
    assert columns.names[columns.name].tolist() == ["name:x", "text:3", "text:1"]
    assert columns.dependent.tolist() == [0, 0, 1]
    assert columns.indptr.tolist() == [0, 1, 4, 6]
    assert columns.provider.tolist() == [2, 2, 3, 4, 2, 3]
