"""Which key took a snapshot: no other one lets go of it. Those that are there are over within the hour."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0040"
down_revision: str | None = "0039"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("snapshots", sa.Column("key_id", sa.Text(), nullable=False, server_default=""))
