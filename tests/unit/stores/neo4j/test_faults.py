"""What the server says, as the driver tells it, becomes the error with the right exit code."""

from __future__ import annotations

import pytest
from neo4j.exceptions import AuthConfigurationError, DriverError, Neo4jError

from depgraph.errors import DepgraphError, StoreAccessError, UsageError
from depgraph.stores.neo4j.faults import translated

CODES = [
    ("Neo.ClientError.Security.Unauthorized", 5, "DEPGRAPH_NEO4J_PASSWORD"),
    ("Neo.ClientError.Security.Forbidden", 5, "a right that is needed"),
    ("Neo.ClientError.Security.AuthenticationRateLimit", 5, "refused the user"),
    ("Neo.ClientError.General.WriteOnReadOnlyAccessDatabase", 4, "may be read, not written"),
    ("Neo.ClientError.General.ForbiddenOnReadOnlyDatabase", 4, "may be read, not written"),
    ("Neo.TransientError.General.MemoryPoolOutOfMemoryError", 4, "raise db.memory.transaction.max"),
    ("Neo.TransientError.General.OutOfMemoryError", 4, "raise server.memory.heap.max_size"),
    ("Neo.ClientError.Database.DatabaseNotFound", 4, "set DEPGRAPH_NEO4J_DATABASE"),
    ("Neo.ClientError.Schema.ConstraintValidationFailed", 4, "clash"),
    ("Neo.DatabaseError.Schema.ConstraintCreationFailed", 4, "of which two have one id: remove one"),
    ("Neo.TransientError.Transaction.DeadlockDetected", 4, "try again"),
    ("Neo.DatabaseError.General.UnknownError", 4, "see its log"),
    ("Neo.ClientError.Transaction.TransactionTerminated", 4, "was told to stop"),
    ("Neo.ClientError.Transaction.LockClientStopped", 4, "was told to stop"),
]


def _said(code: str, message: str = "so it is\nin two lines") -> Neo4jError:
    return Neo4jError._hydrate_neo4j(code=code, message=message)


@pytest.mark.parametrize(("code", "exit_code", "advice"), CODES, ids=[code for code, _, _ in CODES])
def test_a_code_becomes_an_error_that_says_what_to_do(code: str, exit_code: int, advice: str) -> None:
    with pytest.raises(DepgraphError) as raised, translated("bolt://here/neo4j"):
        raise _said(code)
    assert raised.value.exit_code == exit_code
    text = str(raised.value)
    assert text.startswith("'bolt://here/neo4j' ")
    assert advice in text
    assert "so it is in two lines" in text


@pytest.mark.parametrize("refused", [_said("Neo.ClientError.Security.Unauthorized"), AuthConfigurationError("no")])
def test_a_server_that_refuses_us_refuses_nobody_who_asks(refused: Neo4jError | DriverError) -> None:
    with pytest.raises(StoreAccessError), translated("here"):
        raise refused


def test_a_full_disk_is_told_by_what_the_server_says() -> None:
    with pytest.raises(DepgraphError, match="has no space left on its disk: make room") as raised, translated("here"):
        raise _said("Neo.DatabaseError.Transaction.TransactionCommitFailed", "No space left on device")
    assert raised.value.exit_code == 4


def test_a_statement_that_is_wrong_is_a_fault_of_ours() -> None:
    with pytest.raises(Neo4jError), translated("here"):
        raise _said("Neo.ClientError.Statement.SyntaxError")


def test_errors_of_our_own_pass() -> None:
    with pytest.raises(UsageError, match="as it was"), translated("here"):
        raise UsageError("as it was")
