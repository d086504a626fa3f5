"""An unfinished upload whose time is over waits for one more piece before it goes."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0030"
down_revision: str | None = "0029"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column(
        "upload_sessions", sa.Column("is_last_call", sa.Boolean(), nullable=False, server_default=sa.text("false"))
    )
