"""The tables of the queue, in a schema of their own."""

from importlib import resources

import psycopg

SCHEMA = "jobs"


def statements() -> str:
    """What procrastinate wants to be there, for an empty database."""
    return resources.files("procrastinate.sql").joinpath("schema.sql").read_text("utf-8")


async def create(connection: psycopg.AsyncConnection) -> None:
    """Make the schema in the connection's transaction. procrastinate names no schema: the path decides."""
    await connection.execute(f"CREATE SCHEMA {SCHEMA}")  # pyright: ignore[reportArgumentType, reportCallIssue]
    await connection.execute(f"SET LOCAL search_path TO {SCHEMA}, public")  # pyright: ignore[reportArgumentType, reportCallIssue]
    await connection.execute(statements())  # pyright: ignore[reportArgumentType, reportCallIssue]
    await connection.execute("SET LOCAL search_path TO public")
