"""How each number is computed: the docstrings of the measures."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import Annotated

from depgraph.analytics.measures.metrics import METRICS


@dataclass(frozen=True, slots=True)
class Method:
    """One measure."""

    name: Annotated[str, "the measure"]
    summary: Annotated[str, "what it returns, in a line"]
    text: Annotated[str, "parameters, ranges, method and references"]


def list_methods() -> tuple[Method, ...]:
    """Return every public measure with its documentation."""
    return tuple(_method(measure) for measure in METRICS)


def _method(measure: object) -> Method:
    text = inspect.getdoc(measure) or ""
    summary, _, rest = text.partition("\n\n")
    return Method(name=getattr(measure, "__name__", ""), summary=" ".join(summary.split()), text=rest)
