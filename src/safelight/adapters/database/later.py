"""Later: an index of a table that holds much is not made by a revision, in whose transaction nobody else could write.

Who looks for indexes that are missing makes it (reindex.py). Whatever a revision says of indexes goes through here.
"""

from alembic.operations import Operations
from alembic.operations.ops import CreateIndexOp, DropIndexOp
from sqlalchemy import literal, select, table

ROWS_AT_ONCE_MAX = 10_000
"""The indexes of so many rows are made in a second or two."""


def arrange() -> None:
    """From now on."""
    Operations.implementation_for(CreateIndexOp, replace=True)(_create_index)
    Operations.implementation_for(DropIndexOp, replace=True)(_drop_index)


def _create_index(operations: Operations, operation: CreateIndexOp) -> None:
    # What may be there only once must be so from the beginning.
    if operation.unique or not _is_large(operations, operation.table_name):
        # `safelight reindex` of this release may have been there before.
        operations.impl.create_index(operation.to_index(operations.migration_context), if_not_exists=True)


def _drop_index(operations: Operations, operation: DropIndexOp) -> None:
    # It may be one that was to be made later.
    operations.impl.drop_index(operation.to_index(operations.migration_context), if_exists=True)


def _is_large(operations: Operations, name: str) -> bool:
    rows = select(literal(1)).select_from(table(name)).offset(ROWS_AT_ONCE_MAX).limit(1)
    return operations.get_bind().execute(rows).first() is not None
