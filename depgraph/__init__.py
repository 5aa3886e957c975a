"""Who depends on which ICT supplier, what falls if one falls, and how sure that is."""

from __future__ import annotations

__version__ = "0.1.0"
