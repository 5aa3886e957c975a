"""Who hears of a first start, on which kernels are compiled."""

from __future__ import annotations

from depgraph.analytics.kernels.base.compiling import tell_compiling

__all__ = ["tell_compiling"]
