"""What an import over HTTP tells: the same `meta` and rows as the command's `--json`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import BaseModel, create_model

from api.schemas import CLOSED, list_of, marking_schema, schema_of
from depgraph.model import Marking
from depgraph.ports import Counts
from depgraph.usecases.answer import SOMETIMES


@dataclass(frozen=True, slots=True)
class FoundRow:
    """Something that was found in what was imported."""

    level: Annotated[str, "error, warning or note"]
    code: Annotated[str, "of its kind"]
    record: Annotated[str, "file and line or pointer; empty if it is of no one record"]
    field: Annotated[str, "which field; empty if none"]
    message: Annotated[str, "what is wrong, and what to do"]


@dataclass(frozen=True, slots=True)
class GradedRow:
    """Something that was found, and what it leads to by the published rules of the source."""

    level: Annotated[str, "error, warning or note"]
    code: Annotated[str, "of its kind, or the rule that is broken"]
    record: Annotated[str, "file and line or pointer; empty if it is of no one record"]
    field: Annotated[str, "which field; empty if none"]
    message: Annotated[str, "what is wrong, and what to do"]
    weight: Annotated[str, "what it leads to; empty if it is of no rule"]
    quality: Annotated[str, "which quality of data the rule guards"]


@dataclass(frozen=True, slots=True)
class BrokenRule:
    """A published rule, and how often it is broken."""

    rule: Annotated[str, "its code"]
    weight: Annotated[str, "what it leads to"]
    quality: Annotated[str, "which quality of data it guards"]
    findings: Annotated[int, "how often it is broken"]
    title: Annotated[str, "what it says"]


@dataclass(frozen=True, slots=True)
class GivenVerdict:
    """How whoever receives such data would judge them."""

    rejected: Annotated[bool, "whether they would be rejected"]
    rules: Annotated[tuple[BrokenRule, ...], "each rule"]


@dataclass(frozen=True, slots=True)
class FoundMeta:
    """What was asked, and the version of this form."""

    format: Annotated[str, "of this form"]
    command: Annotated[str, "which command asks the same"]
    address: Annotated[str, "of what was found"]
    marking: Annotated[Marking, "of what was imported"]
    next_cursor: Annotated[str | None, "of the next page"] = field(default=None, metadata=SOMETIMES)


@dataclass(frozen=True, slots=True)
class ImportMeta:
    """What an import read and stored."""

    format: Annotated[str, "of this form"]
    command: Annotated[str, "which command asks the same"]
    source: Annotated[str, "the source"]
    part: Annotated[str, "the part that it is in the store"]
    retrieved: Annotated[str, "when the data were retrieved"]
    marking: Annotated[str, "its label"]
    revision: Annotated[int | None, "which it made, as you count them; nothing in a dry run"]
    records: Annotated[int, "records read"]
    skipped: Annotated[int, "records left out since they are bad"]
    counts: Annotated[Counts, "facts that are good"]
    nodes: Annotated[Mapping[str, int], "distinct nodes of each kind that they speak of"]
    implausible: Annotated[tuple[str, ...], "counts outside what the source usually has"]
    address: Annotated[str, "of what was found"]
    verdict: Annotated[GivenVerdict | None, "where the source has published rules"] = field(
        default=None, metadata=SOMETIMES
    )
    next_cursor: Annotated[str | None, "of the next page"] = field(default=None, metadata=SOMETIMES)


def _form(name: str, meta: type[Any], row: type[Any]) -> type[BaseModel]:
    told: type[BaseModel] = schema_of(meta)  # type: ignore[arg-type]  # mypy does not know that every class is hashable
    if meta is FoundMeta:
        told = create_model(told.__name__, __base__=told, marking=(marking_schema(), told.model_fields["marking"]))
    return create_model(name, __config__=CLOSED, meta=(told, ...), rows=(list_of(row), ...))


ImportResult = _form("ImportAnswer", ImportMeta, FoundRow) | _form("GradedImportAnswer", ImportMeta, GradedRow)
"""The form of what an import made."""

Found = _form("FindingList", FoundMeta, FoundRow) | _form("GradedFindingList", FoundMeta, GradedRow)
"""The form of what an import found."""
