"""Method pages in short hold no markup, whatever their docstrings hold."""

from __future__ import annotations

import re

import pytest

from depgraph.reports.plainly import in_short, readable
from depgraph.usecases.questions.methods import Method, list_methods


@pytest.mark.parametrize("method", list_methods(), ids=lambda method: method.name)
def test_no_markup_is_left_of_any_measure(method: Method) -> None:
    text = in_short(method)
    assert not re.search(r"[`\\]|:math:|\.\. |\n|^\s|-{3}", text)
    assert text.startswith("Return ")
    assert "What this does not say: " in text
    assert 60 < len(text) < 600, "short"


def test_formulas_are_written_in_a_line() -> None:
    assert readable(r"within :math:`[S_{l}, \frac{a}{b}]`, :math:`k \le n`") == "within [S_l, (a) / (b)], k ≤ n"
