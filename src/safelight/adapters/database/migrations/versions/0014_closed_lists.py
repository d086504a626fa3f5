"""Lists of what has a tag are closed until their owner opens them: so are those of clouds that are there already."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.alter_column("clouds", "restricted_types", server_default=sa.text("'{list}'"))
    op.execute(
        "UPDATE clouds SET restricted_types = array_append(restricted_types, 'list') "
        "WHERE NOT restricted_types @> ARRAY['list']"
    )
