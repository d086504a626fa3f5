"""What the database says went wrong -> our errors, so that no driver's exception leaves this room."""

from collections.abc import Generator
from contextlib import contextmanager

import psycopg
from psycopg import errors
from sqlalchemy.exc import DBAPIError, PendingRollbackError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from safelight.kernel.errors import Busy, Conflict, Internal, Invalid, NotAvailable, SafelightError, StoreFull

RETRY_SECONDS = 1

_BUSY = (errors.SerializationFailure, errors.DeadlockDetected, errors.LockNotAvailable, errors.TooManyConnections)
_UNKNOWN_STATE = (psycopg.OperationalError, psycopg.InterfaceError, PendingRollbackError)
"""The last is what further statements are told after the connection was lost, where the first error was caught."""


@contextmanager
def translated() -> Generator[None, None, None]:
    """Run the block; what the driver or its pool raises becomes an error of ours."""
    try:
        yield
    except PoolTimeout as error:
        raise Busy("The database is busy.", retry_after_seconds=RETRY_SECONDS) from error
    except DBAPIError as error:
        raise of(error.orig or error) from error
    except (psycopg.Error, SQLAlchemyError, UnicodeEncodeError) as error:
        raise of(error) from error


def of(error: BaseException) -> SafelightError:
    """The error of ours for one of the driver's. Facts name the rule that was broken, never a value."""
    rule: dict[str, str | None] = {}
    if isinstance(error, psycopg.Error):
        rule = {"sqlstate": error.sqlstate, "rule": error.diag.constraint_name, "table": error.diag.table_name}
    known = _known(error)
    known.facts |= {"error": type(error).__name__, **rule}
    return known


def _known(error: BaseException) -> SafelightError:
    match error:
        case errors.UniqueViolation() | errors.ExclusionViolation() | errors.ForeignKeyViolation():
            return Conflict("Something else with the same name was written at the same time.")
        case errors.DiskFull():
            return StoreFull("No space is left for the database.")
        case errors.QueryCanceled():
            return Busy("The database took too long.", retry_after_seconds=RETRY_SECONDS)
        case psycopg.DataError() | UnicodeEncodeError():
            return Invalid("A value holds letters or numbers that cannot be stored.")
        case _ if isinstance(error, _BUSY):
            return Busy("The database is busy.", retry_after_seconds=RETRY_SECONDS)
        case _ if isinstance(error, _UNKNOWN_STATE):
            return NotAvailable("The database cannot be reached.", retry_after_seconds=RETRY_SECONDS)
        case _:
            return Internal("General Error")
