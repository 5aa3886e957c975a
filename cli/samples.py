"""A sample as it is written: nothing that is there is overwritten unasked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cli.doors import say
from cli.outputs import check_out
from depgraph.errors import UsageError
from importers.register.sample import files, workbook
from importers.register.synthetic import synthesise

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def write_sample(source: str, out: Path, *, size: int, seed: int, faults: int, force: bool) -> None:
    """Write a register to fill in, or a synthetic one of `size` needs.

    Raises
    ------
    UsageError
        If there is something already, or it cannot be written.

    """
    if faults > size:
        raise UsageError(f"--faults {faults} needs a --size of at least as many needs")
    made = synthesise(size, seed, faults) if size else None
    if out.suffix.lower() == ".xlsx":
        _write({out: workbook(made)}, force=force)
    elif out.suffix:
        raise UsageError(f"'{out}' is neither .xlsx nor a folder: end it in .xlsx, or in nothing for CSV files")
    else:
        _write({out / name: content for name, content in files(made).items()}, force=force)
    what = f"a synthetic register of {size:,} needs" if size else "a register to fill in; its example is not imported"
    say(f"{out}: {what}. Check it with: depgraph import {source} {out} --dry-run")


def _write(contents: Mapping[Path, bytes], *, force: bool) -> None:
    there = [path for path in contents if path.exists()]
    if there and not force:
        raise UsageError(f"'{there[0]}' exists: give another --out, or --force to write over it")
    for path in there:
        check_out(path)
    for path, content in contents.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        except OSError as error:
            raise UsageError(f"'{path}' cannot be written: {error.strerror}") from None
