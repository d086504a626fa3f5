"""Requests that stand for others, wait for a copy, or are passed on to owners of files; proofs of what was done."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0051"
down_revision: str | None = "0050"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

RENAMED = {"limit": "limit_sensitive", "disclosures": "shine_the_light"}


def upgrade() -> None:
    op.add_column("privacy_requests", sa.Column("refers_to", sa.Text(), nullable=False, server_default=""))
    for name in ("begins_at", "confirm_by", "confirmed_at"):
        op.add_column("privacy_requests", sa.Column(name, sa.DateTime(timezone=True)))
    op.add_column("privacy_requests", sa.Column("receipt", sa.LargeBinary()))
    for before, after in RENAMED.items():
        op.execute(
            sa.text("UPDATE privacy_requests SET kind = :after WHERE kind = :before").bindparams(
                before=before, after=after
            )
        )
    # What was passed on by hand had come to its end.
    op.execute("UPDATE privacy_requests SET state = 'fulfilled' WHERE state = 'routed'")
    op.create_table(
        "privacy_relays",
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("relayed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True)),
        sa.Column("outcome", sa.Text(), nullable=False, server_default=""),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_privacy_relays")),
    )
    op.create_index(op.f("ix_privacy_relays_account_id"), "privacy_relays", ["account_id"])
