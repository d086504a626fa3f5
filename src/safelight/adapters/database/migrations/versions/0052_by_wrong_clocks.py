"""Indexes of what was changed or uploaded before it was made: of all else it is known that it was not."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0052"
down_revision: str | None = "0051"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    for name, wrong in {
        "changed": "updated_at < created_at",
        "uploaded": "to_timestamp(version + 1) < created_at",
    }.items():
        op.create_index(f"ix_assets_{name}_before", "assets", ["cloud_id"], postgresql_where=sa.text(wrong))
