"""Accounts that nobody uses are warned and disabled; people are reminded once a year to look at their profile."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0028"
down_revision: str | None = "0027"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

COLUMNS = (
    ("accounts", "returned_at"),
    ("accounts", "warned_at"),
    ("accounts", "warned_again_at"),
    ("users", "reminded_at"),
)


def upgrade() -> None:
    for table, name in COLUMNS:
        op.add_column(table, sa.Column(name, sa.DateTime(timezone=True)))
