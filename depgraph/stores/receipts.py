"""Receipts as text: how both stores keep from what an import was made."""

from __future__ import annotations

import json

from depgraph.ports import UNKNOWN_RECEIPT, InputFile, Receipt


def write_receipt(receipt: Receipt) -> str:
    """Return a receipt as JSON; empty if it is unknown."""
    if receipt == UNKNOWN_RECEIPT:
        return ""
    files = [[file.name, file.size, file.sha256] for file in receipt.files]
    said = {
        "files": files,
        "versions": receipt.versions,
        "records": receipt.records,
        "left_out": receipt.left_out,
    }
    return json.dumps(said, separators=(",", ":"))


def read_receipt(written: str) -> Receipt:
    """Return the receipt that was written."""
    if not written:
        return UNKNOWN_RECEIPT
    said = json.loads(written)
    return Receipt(
        tuple(InputFile(*file) for file in said["files"]),
        tuple((name, version) for name, version in said["versions"]),
        said["records"],
        said["left_out"],
    )
