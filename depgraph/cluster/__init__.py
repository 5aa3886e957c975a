"""Blocks on the workers of a Dask cluster: the same bytes as over the threads of this machine.

Nothing of Dask is imported before somebody names a scheduler. What travels is bytes and plain values, and the
functions are those of this room by their names: a worker runs what is installed there, if it is the same.
"""

from __future__ import annotations
