"""What is left of erased assets is found by its tags and context."""

from collections.abc import Sequence

from alembic import op

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_index(
        "ix_placeholders_row", "placeholders", ["row"], postgresql_using="gin", postgresql_ops={"row": "jsonb_path_ops"}
    )
