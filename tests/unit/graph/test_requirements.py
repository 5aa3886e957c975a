"""How many of its providers a requirement needs, by all that is said of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from depgraph.graph import assemble
from depgraph.model import Level
from depgraph.testing import graph

if TYPE_CHECKING:
    from collections.abc import Callable

    from depgraph.model import Finding, Need
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
    assert said == (*expected, word)
    assert findings == ()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("all", "any"), (1, 3, "1..3")),
        (("1", "2"), (1, 2, "1..2")),
        (("maybe", "unknown"), (0, 3, "0..3")),
        (("1..2", "3", "2"), (1, 3, "1..3")),
    ],
)
def test_sources_that_disagree_widen_it_with_a_finding(
    bounds: Callable[..., tuple], words: tuple[str, ...], expected: tuple[int, int, str]
) -> None:
    said, (finding,) = bounds(3, *words)
    assert said == expected
    assert (finding.level, finding.code, finding.field) == (Level.WARNING, "requirement-disagreement", "at_least")
    assert finding.message == (
        f"'name:a', requirement 'mail': sources say {', '.join(sorted(words))};"
        f" taken as {expected[0]} to {expected[1]} of 3"
    )


def test_sources_that_say_the_same_in_other_words_agree(bounds: Callable[..., tuple]) -> None:
    assert bounds(2, "all", "2") == ((2, 2, "2"), ())


def test_a_source_that_says_nothing_does_not_disagree(bounds: Callable[..., tuple]) -> None:
    assert bounds(3, "", "all") == ((3, 3, "all"), ())


@pytest.mark.parametrize("open_word", ["unknown", "maybe"])
def test_what_somebody_declares_answers_who_does_not_know(bounds: Callable[..., tuple], open_word: str) -> None:
    assert bounds(3, open_word, "any") == ((1, 1, "any"), ())
    assert bounds(3, open_word, "2..3", open_word) == ((2, 3, "2..3"), ())


def test_words_are_evaluated_on_the_graph_at_hand(imported: Callable[..., Imported], need: Callable[..., Need]) -> None:
    first = imported(need("name:a", "name:x", "mail", "all"), source="one")
    more = imported(need("name:a", "name:y", "mail"), need("name:a", "name:z", "mail"), source="two")
    columns = assemble([first, more], as_of=AS_OF).graph.requirements
    assert (columns.k_lower[0], columns.k_upper[0]) == (3, 3)


def test_offsets_and_providers() -> None:
    columns = graph("b>x|y a>x a>2(x,y,z)").requirements
    assert columns.names[columns.name].tolist() == ["name:x", "text:3", "text:1"]
    assert columns.dependent.tolist() == [0, 0, 1]
    assert columns.indptr.tolist() == [0, 1, 4, 6]
    assert columns.provider.tolist() == [2, 2, 3, 4, 2, 3]
