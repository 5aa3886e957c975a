"""The store in a Neo4j database: facts kept as given, and a graph that people explore."""

from __future__ import annotations

from depgraph.stores.neo4j.store import Neo4jStore

__all__ = ["Neo4jStore"]
