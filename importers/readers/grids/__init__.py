"""Grids: sheets of cells as people keep them, with title, blanks and notes, before anybody knows where the table is."""

from __future__ import annotations
