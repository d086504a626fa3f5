"""The validator before the present one is known for a moment: tabs that are opened together send the same."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0035"
down_revision: str | None = "0034"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("remembered", sa.Column("digest_before", sa.LargeBinary()))
