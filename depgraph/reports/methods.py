"""Method pages: the docstring of each measure as a page of Markdown.

``python -m depgraph.reports.methods FOLDER`` writes them all.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING, Final

from depgraph.usecases.questions.methods import list_methods

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from depgraph.usecases.questions.methods import Method

_HEADING: Final = re.compile(r"^(\w[\w ]*)\n-{3,}$", re.MULTILINE)
_LISTED: Final = frozenset({"Parameters", "Returns", "Attributes", "Raises"})
_FORMULA: Final = re.compile(r"^\.\. math::((?: .*)?(?:\n(?: +.*|))*)\n?", re.MULTILINE)


def method_pages(methods: Iterable[Method]) -> Mapping[str, str]:
    """Return the pages, file name to text: one for each measure, and ``README.md``, which lists them."""
    listed = tuple(methods)
    pages = {f"{method.name}.md": page_of(method) for method in listed}
    lines = [f"- [{method.name}]({method.name}.md): {_prose(method.summary)}" for method in listed]
    pages["README.md"] = "\n".join(["# Methods", "", "How each number is computed.", "", *lines, ""])
    return pages


def page_of(method: Method) -> str:
    """Return the page of one measure."""
    opening, *rest = _HEADING.split(method.text)
    sections = zip(rest[::2], rest[1::2], strict=True)
    parts = [f"# {method.name}", _prose(method.summary), _prose(opening.strip())]
    for heading, body in sections:
        parts += [f"## {heading}", "\n".join(_body(heading, body)).strip("\n")]
    return "\n\n".join(part for part in parts if part) + "\n"


def _body(heading: str, body: str) -> Iterator[str]:
    if heading in _LISTED:
        yield from _terms(body)
    elif heading == "Examples":
        yield from _examples(body)
    elif heading == "References":
        # A reference begins on a line with its year.
        yield from (f"- {' '.join(one.split())}" for one in re.split(r"\n(?=.*\([0-9]{4}\)\.)", body.strip()))
    else:
        yield _prose(body.strip())


def _terms(body: str) -> Iterator[str]:
    """Yield a list: a line that is not indented is a term, what is below it says what it means."""
    for term in re.split(r"\n(?=\S)", body.strip()):
        head, _, meaning = term.partition("\n")
        said = " ".join(dedent(meaning).split())
        yield f"- `{head}`" + (f": {_prose(said)}" if said else "")


def _examples(body: str) -> Iterator[str]:
    """Yield sessions as code, and what stands between them as text."""
    for paragraph in re.split(r"\n{2,}", body.strip()):
        yield from ("", "```pycon", paragraph, "```") if paragraph.startswith(">>>") else ("", paragraph)


def _prose(text: str) -> str:
    """Return text with its formulas and code as Markdown has them."""
    plain = re.sub(r":math:`([^`]+)`", r"$\1$", text).replace("``", "`")
    return _FORMULA.sub(lambda found: f"```math\n{dedent(found[1]).strip()}\n```\n\n", plain).strip()


def main(folder: Path) -> None:
    """Write the pages of all measures into a folder."""
    for name, text in method_pages(list_methods()).items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
