"""How kernels are loaded: who hears of a first start, on which they are compiled, and what a command does without."""

from __future__ import annotations

from depgraph.analytics.kernels.base.compiling import tell_compiling
from depgraph.analytics.kernels.base.matrices import leave_out_matrices

__all__ = ["leave_out_matrices", "tell_compiling"]
