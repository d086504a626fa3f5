"""Since when a person wants nothing of theirs passed on, because a browser of theirs said so."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0045"
down_revision: str | None = "0044"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("users", sa.Column("opted_out_at", sa.DateTime(timezone=True)))
