"""Indexes by which pictures are found that look like one. So far there is nothing in them: they are made at once."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0027"
down_revision: str | None = "0026"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

PLACES = {**{f"shape_{part}": f"shape,{part}" for part in range(4)}, "cell": "cell"}


def upgrade() -> None:
    for name, place in PLACES.items():
        value = sa.text(f"((facts #>> '{{likeness,{place}}}')\\:\\:integer)")
        where = sa.text("kind = 'likeness'")
        op.create_index(f"ix_analyses_{name}", "analyses", ["cloud_id", value], postgresql_where=where)
