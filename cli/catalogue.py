"""The list of sources as a person or a script reads it."""

from __future__ import annotations

import csv
import shlex
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

from cli.intake import source_named
from cli.output import write_object
from depgraph.usecases.answer import FORMAT, captions
from depgraph.usecases.keeping.sources import ListedSource, list_sources
from depgraph.usecases.legible import legible
from importers import SOURCES
from importers.pages import page_of

if TYPE_CHECKING:
    from cli.options import Form


def write_sources(name: str, form: Form) -> None:
    """Write every source that can be imported, or all about one."""
    chosen = (source_named(name),) if name else SOURCES
    rows = [asdict(source) for source in list_sources(chosen)]
    if form.json:
        meta = {
            "format": FORMAT,
            "command": "sources",
            "reproduce": shlex.join(["depgraph", "sources", *filter(None, [name])]),
        }
        if name:
            meta["page"] = page_of(chosen[0])
        write_object({"meta": meta, "rows": rows})
    elif form.csv:
        writer = csv.DictWriter(sys.stdout, list(captions(ListedSource)), lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(rows)
    elif name:
        sys.stdout.write(legible(page_of(chosen[0])))
    else:
        from cli.tables import console

        out = console()
        for source in SOURCES:
            out.print(f"{source.name}", style="bold")
            out.print(f"  {source.title} ({source.publisher})")
            out.print(f"  format: {source.formats}")
            out.print(f"  licence: {source.licence}")
            out.print(f"  {source.url}")
            if source.caveat:
                out.print(f"  note: {source.caveat}")
