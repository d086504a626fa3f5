"""The one MetaData, and the marks that say what a column holds about a person."""

from typing import Any

from sqlalchemy import MetaData

METADATA = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


def personal(holding: str) -> dict[str, Any]:
    """Marks a column that may tell of a person; `holding` names its entry in the context's holdings.py."""
    return {"personal": holding}


def not_personal(why: str) -> dict[str, Any]:
    """Marks a text or JSON column that tells of no person, and says why."""
    return {"not_personal": why}
