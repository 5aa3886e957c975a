"""The two seams: a source turns files into facts, a store keeps facts."""

from depgraph.ports.imported import (
    UNKNOWN_RECEIPT,
    Counts,
    Description,
    Imported,
    InputFile,
    Origin,
    Receipt,
    Snapshot,
    Superseded,
    Term,
    latest_date,
)
from depgraph.ports.shelf import GraphKey, Kept, NoShelf, Shelf, ShelfTold, keepers_lens
from depgraph.ports.source import OPEN, Given, Graded, Known, Quality, Source, Weight
from depgraph.ports.store import Store

__all__ = [
    "OPEN",
    "UNKNOWN_RECEIPT",
    "Counts",
    "Description",
    "Given",
    "Graded",
    "GraphKey",
    "Imported",
    "InputFile",
    "Kept",
    "Known",
    "NoShelf",
    "Origin",
    "Quality",
    "Receipt",
    "Shelf",
    "ShelfTold",
    "Snapshot",
    "Source",
    "Store",
    "Superseded",
    "Term",
    "Weight",
    "keepers_lens",
    "latest_date",
]
