"""The files of a sample, by their names in the folder that it is written to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importers.dora_roi.sample.faults import UNBREAKABLE, faults, faulty
from importers.dora_roi.sample.sector import sector
from importers.dora_roi.writing import written

if TYPE_CHECKING:
    from collections.abc import Mapping

LIST = "faults.csv"
"""What each package breaks, where, and what it cannot but break with it; and the rules that no package breaks."""


def files(size: int, seed: int) -> Mapping[str, bytes]:
    """Return a sector of `size` registers that breaks no rule."""
    return sector(size, seed)


def fault_files(seed: int) -> Mapping[str, bytes]:
    """Return one package for each rule that one package can break, in a folder of that rule, and the list of them."""
    contents = {}
    listed: list[tuple[str, ...]] = [("rule", "package", "record", "field", "also breaks", "why there is none")]
    for fault in faults():
        name, content = faulty(fault, seed)
        contents[f"{fault.rule}/{name}"] = content
        listed.append(
            (fault.rule, f"{fault.rule}/{name}", fault.place or name, fault.field, " ".join(fault.causes), "")
        )
    listed += [(rule, "", "", "", "", why) for rule, why in UNBREAKABLE.items()]
    return {**contents, LIST: written(listed)}
