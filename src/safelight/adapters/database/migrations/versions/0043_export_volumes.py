"""An archive that would be too large is several: how many bytes each of them has."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0043"
down_revision: str | None = "0042"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("exports", sa.Column("volumes", postgresql.JSONB(), server_default="[]", nullable=False))
    # What was made before is one archive.
    op.execute("UPDATE exports SET volumes = jsonb_build_array(size_bytes) WHERE size_bytes IS NOT NULL")
