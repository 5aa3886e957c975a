"""Which sources can be imported."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

if TYPE_CHECKING:
    from collections.abc import Iterable

    from depgraph.ports import Source


@dataclass(frozen=True, slots=True)
class ListedSource:
    """A source that can be imported."""

    name: Annotated[str, "what the import command calls it"]
    title: Annotated[str, "what it is"]
    publisher: Annotated[str, "who publishes it"]
    licence: Annotated[str, "under what licence"]
    formats: Annotated[str, "in what form it comes"]
    url: Annotated[str, "where it is described or found"]


def list_sources(sources: Iterable[Source]) -> tuple[ListedSource, ...]:
    """Return what there is to know of each source before it is imported."""
    return tuple(
        ListedSource(source.name, source.title, source.publisher, source.licence, source.formats, source.url)
        for source in sources
    )
