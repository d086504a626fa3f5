"""Connecting: what holds for every line to the database, whoever opens it. Nothing large is imported here."""

CONNECT_SECONDS_MAX = 10
"""So long a server may take to answer; then it counts as not there."""
