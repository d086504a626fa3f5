"""The tables of the queue, in a schema of their own."""

from importlib import resources

import psycopg
from psycopg import sql

SCHEMA = "jobs"


def create(connection: psycopg.Connection) -> None:
    """Make them in the connection's transaction. procrastinate names no schema, so the path decides."""
    connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(SCHEMA)))
    connection.execute(sql.SQL("SET LOCAL search_path TO {}, public").format(sql.Identifier(SCHEMA)))
    connection.execute(statements().encode())
    connection.execute("SET LOCAL search_path TO public")


def statements() -> str:
    """What procrastinate wants in an empty schema."""
    return resources.files("procrastinate.sql").joinpath("schema.sql").read_text("utf-8")
