"""Assembled graphs in files, so that the next question need not assemble them again."""

from __future__ import annotations

from depgraph.stores.graphs.shelf import GraphFiles

__all__ = ["GraphFiles"]
