"""Words from right to left are laid out by themselves: no figure is drawn on their other side."""

from __future__ import annotations

import pytest

from depgraph.reports.isolating import isolated, joined

ALEF, BET, GIMEL = "\u05d0", "\u05d1", "\u05d2"
BANK = "\u0628\u0646\u0643"


@pytest.mark.parametrize(
    ("page", "apart"),
    [
        (f"<p>{ALEF}{BET}: 33 to 66 %</p>", f"<p><bdi>{ALEF}{BET}</bdi>: 33 to 66 %</p>"),
        (f"<p>{ALEF} {BET} 24: 33</p>", f"<p><bdi>{ALEF} {BET}</bdi> 24: 33</p>"),
        (f"<td>{ALEF}{BET}, 5; {GIMEL}</td>", f"<td><bdi>{ALEF}{BET}</bdi>, 5; <bdi>{GIMEL}</bdi></td>"),
        (f"<p>Bank {BANK} (7) and {GIMEL}.</p>", f"<p>Bank <bdi>{BANK}</bdi> (7) and <bdi>{GIMEL}</bdi>.</p>"),
        (f"<th>1: {ALEF} {BET}\u2026</th>", f"<th>1: <bdi>{ALEF} {BET}\u2026</bdi></th>"),
        (f"<svg><text x='1'>A {ALEF} 2\u2026</text></svg>", f"<svg><text x='1'>A {ALEF} 2\u2026\u200f</text></svg>"),
        (f'<td data-of="{ALEF}">{ALEF}-{BET}</td>', f'<td data-of="{ALEF}"><bdi>{ALEF}-{BET}</bdi></td>'),
    ],
)
def test_words_are_apart_and_figures_are_not_among_them(page: str, apart: str) -> None:
    """Expected by Unicode Standard Annex 9: what stands in an isolate changes the order of nothing outside."""
    assert isolated(page) == apart
    assert joined(apart) == page


@pytest.mark.parametrize(
    "page",
    [
        "<p>Größe, Αθήνα, Київ, 東京: 33 to 66 %</p>",
        f"<title>{ALEF} 5</title>",
        f'<svg><text x="1">{ALEF} 5</text><desc>{ALEF} 5</desc></svg>',
        f"<svg><text>{ALEF} AB\u2026</text><text>{ALEF}\u2026 and</text><title>{ALEF}\u2026</title></svg>",
        f"<style>p {{ content: '{ALEF}' }}</style>",
    ],
)
def test_the_rest_stays_as_it_is(page: str) -> None:
    assert isolated(page) == page
