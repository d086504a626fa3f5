"""Of a derived file it is known whether its asset's owner asked for it: such are not evicted unless told to be.

What was made before counts as asked for by nobody.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0037"
down_revision: str | None = "0036"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column(
        "derived_files", sa.Column("is_asked_for", sa.Boolean(), nullable=False, server_default=sa.text("false"))
    )
