"""Pages about the sources: the declaration of each, and what the docstring of its room says of it.

``python -m importers.pages FOLDER`` writes them all.
"""

from __future__ import annotations

import sys
from inspect import cleandoc
from pathlib import Path
from typing import TYPE_CHECKING

from importers import SOURCES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from depgraph.ports import Source


def source_pages(sources: Iterable[Source]) -> Mapping[str, str]:
    """Return the pages, file name to text: one for each source, and ``README.md``, which lists them."""
    listed = tuple(sources)
    pages = {f"{source.name}.md": page_of(source) for source in listed}
    lines = [f"- [{source.name}]({source.name}.md): {source.title}" for source in listed]
    opening = "What can be imported, and what each source says. `depgraph sources NAME` prints one of these pages."
    pages["README.md"] = "\n".join(["# Sources", "", opening, "", *lines, ""])
    return pages


def page_of(source: Source) -> str:
    """Return the page of one source, in Markdown."""
    summary, _, rest = cleandoc(source.about).partition("\n")
    usual = ", ".join(
        f"{numbers.start:,} to {numbers.stop - 1:,} nodes of kind {kind}" for kind, numbers in source.expect.items()
    )
    facts = {
        "Title": source.title,
        "Publisher": source.publisher,
        "Licence": source.licence,
        "Where": source.url and f"<{source.url}>",
        "Reads": source.formats,
        "Seen by": f"{source.marking.label}, unless `--marking` says otherwise",
        "Trust": f"{source.trust}: where sources differ on an attribute, the one with the higher trust is kept",
        "Usual size": usual,
        "Every answer says": source.caveat,
    }
    lines = [f"- {name}: {said}" for name, said in facts.items() if said]
    return "\n\n".join(part for part in (f"# {source.name}", summary, "\n".join(lines), rest.strip()) if part) + "\n"


def main(folder: Path) -> None:
    """Write every page into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in source_pages(SOURCES).items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
