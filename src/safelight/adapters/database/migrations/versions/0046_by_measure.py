"""Indexes of what is asked for by its measure: widths, heights, pixels, and one file by its checksum."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0046"
down_revision: str | None = "0045"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    for name, value in {"width": "width", "height": "height", "pixels": "(width * height)", "md5": "md5"}.items():
        op.create_index(f"ix_assets_{name}", "assets", ["cloud_id", sa.text(value)])
