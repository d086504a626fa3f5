"""What people chose, as events in one place; who outside received what; and where recipients stand."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0048"
down_revision: str | None = "0047"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# Letters and the signal of browsers were kept apart until now; ids are made in the order of time, as all are.
LETTERS = r"""
INSERT INTO choices (user_id, id, kind, purpose, state, way, at, language, wording)
SELECT user_id,
    lpad(to_hex((extract(epoch FROM changed_at) * 1000)\:\:bigint), 12, '0') || '7'
        || substr(replace(gen_random_uuid()\:\:text, '-', ''), 14),
    'letters', list, CASE WHEN is_wanted THEN 'given' ELSE 'refused' END, way, changed_at, 'en', ''
FROM letter_choices
"""
SIGNALS = r"""
INSERT INTO choices (user_id, id, kind, purpose, state, way, at, language, wording)
SELECT id,
    lpad(to_hex((extract(epoch FROM opted_out_at) * 1000)\:\:bigint), 12, '0') || '7'
        || substr(replace(gen_random_uuid()\:\:text, '-', ''), 14),
    'disclosure', '', 'refused', 'signal', opted_out_at, coalesce(language, 'en'), ''
FROM users WHERE opted_out_at IS NOT NULL
"""


def upgrade() -> None:
    op.create_table(
        "choices",
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("line", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("user_id", "id", name=op.f("pk_choices")),
    )
    op.create_index("ix_choices_user_id", "choices", ["user_id", "at"], unique=False)
    op.execute(sa.text(LETTERS))
    op.execute(sa.text(SIGNALS))
    op.drop_table("letter_choices")
    op.create_table(
        "disclosures",
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("address_mark", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("entities", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("is_marketing", sa.Boolean(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "recipient", "account_id", "user_id", "address_mark", "purpose", "entities", "day",
            name=op.f("pk_disclosures"),
        ),
    )  # fmt: skip
    op.create_index("ix_disclosures_user_id", "disclosures", ["user_id", "day"], unique=False)
    op.create_index("ix_disclosures_account_id", "disclosures", ["account_id", "day"], unique=False)
    op.create_index("ix_disclosures_address_mark", "disclosures", ["address_mark", "day"], unique=False)
    op.create_index("ix_disclosures_last_at", "disclosures", ["last_at"], unique=False)
    op.create_table(
        "recipients",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("warned_on", sa.Date(), nullable=True),
        sa.Column("off_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("off_why", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_recipients")),
    )
