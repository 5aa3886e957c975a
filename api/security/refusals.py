"""Why a token that may be good does not open anything; what tells them from keys loads nothing that checks them."""

from __future__ import annotations

from depgraph.errors import AccessError, DepgraphError


class NoRoleError(AccessError):
    """The token is valid, and says of nobody who may ask."""


class IssuerUnreachableError(DepgraphError):
    """The issuer of tokens cannot be asked for its keys, and none are at hand."""
