"""One module per source: a declaration and a function."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from importers import bods, clearing, dns, dora_roi, eforms, fedramp, gleif, municipal_mail, ocds, register, table, ted

if TYPE_CHECKING:
    from depgraph.ports import Source

SOURCES: Final[tuple[Source, ...]] = (
    bods.SOURCE,
    clearing.SOURCE,
    dns.SOURCE,
    dora_roi.SOURCE,
    eforms.SOURCE,
    fedramp.SOURCE,
    gleif.SOURCE,
    municipal_mail.SOURCE,
    ocds.SOURCE,
    register.SOURCE,
    table.SOURCE,
    ted.SOURCE,
)
"""Every source that can be imported, by name."""
