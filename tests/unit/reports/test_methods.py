"""The method pages are those of the docstrings, and read well as Markdown."""

from __future__ import annotations

from pathlib import Path

import pytest

from depgraph.reports.methods import main, method_pages, page_of
from depgraph.usecases.questions.methods import Method, list_methods

PAGES = Path(__file__).parents[3] / "docs" / "methods"

TEXT = r"""Of :math:`n` parts,

.. math:: a = \frac{1}{2}
          + b

where ``b`` is small.

Parameters
----------
first : int
    What is
    counted.
second, third : float
Returns
-------
float64[n]
    In [0, 1].

Notes
-----
It is so.

References
----------
Ay, B. (1999). A title that is
long.
Cee, D. (2001). Another.

Examples
--------
Two of them:

>>> 1 + 1
2
"""

PAGE = r"""# half

Return half.

Of $n$ parts,

```math
a = \frac{1}{2}
         + b
```

where `b` is small.

## Parameters

- `first : int`: What is counted.
- `second, third : float`

## Returns

- `float64[n]`: In [0, 1].

## Notes

It is so.

## References

- Ay, B. (1999). A title that is long.
- Cee, D. (2001). Another.

## Examples

Two of them:

```pycon
>>> 1 + 1
2
```
"""


def test_a_page_has_every_section_of_the_docstring() -> None:
    assert page_of(Method("half", "Return half.", TEXT)) == PAGE


def test_the_list_names_every_page() -> None:
    pages = method_pages([Method("half", "Return half.", ""), Method("third", "Return ``a`` third.", "")])
    assert pages["half.md"] == "# half\n\nReturn half.\n"
    assert pages["README.md"].endswith("- [half](half.md): Return half.\n- [third](third.md): Return `a` third.\n")


def test_the_pages_kept_are_those_of_the_docstrings(tmp_path: Path) -> None:
    main(tmp_path)
    made = {page.name: page.read_text(encoding="utf-8") for page in tmp_path.iterdir()}
    kept = {page.name: page.read_text(encoding="utf-8") for page in PAGES.iterdir()}
    assert kept == made, "run make docs"
    assert len(kept) == len(list_methods()) + 1


@pytest.mark.parametrize("method", list_methods(), ids=lambda method: method.name)
def test_every_page_says_how_what_it_assumes_what_it_does_not_say_on_what_ground_and_shows_it(method: Method) -> None:
    sections = dict(part.split("\n", 1) for part in f"\n{page_of(method)}".split("\n## ")[1:])
    paragraphs = sections["Notes"].split("\n\n")
    assert any("Assumes" in one for one in paragraphs), "no assumptions in Notes"
    assert any(one.strip().startswith("What this does not say: ") for one in paragraphs), "no limits in Notes"
    assert sections["References"].count("\n- ") >= 1
    assert ">>> " in sections["Examples"]
    by_hand = sections["Examples"].split("```")[0]
    assert len(by_hand.split()) >= 10, "the example has no working by hand before its code"
