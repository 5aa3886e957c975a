"""How a search text matches a node."""

from __future__ import annotations

import pytest

from depgraph.ids import fold
from depgraph.usecases.search import rank


@pytest.mark.parametrize(
    ("text", "texts", "expected"),
    [
        ("oracle", ["name:Oracle", "Oracle"], 0),
        ("ORACLE ", ["Oracle"], 0),
        ("ora", ["name:x", "Oracle"], 1),
        ("soft", ["Microsoft"], 2),
        ("corp micro", ["Microsoft Corporation"], 3),
        ("micro corp", ["Corporate Microbes"], 3),
        ("geneve", ["Ville de Genève"], 2),
        ("oracel", ["Oracle"], None),
        ("x y", ["x", "y"], None),
        ("!", ["Oracle"], None),
    ],
)
def test_better_matches_rank_lower(text: str, texts: list[str], expected: int | None) -> None:
    assert rank(text, texts) == expected


def test_folding_drops_case_and_diacritics_only() -> None:
    assert fold("Ünïcode-Straße 9") == "unicode-strasse 9"
