"""Texts from outside: which of them the database can hold."""


def is_text(value: object) -> bool:
    """A value from outside that the database can hold as text."""
    return isinstance(value, str) and "\0" not in value and not any("\ud800" <= letter <= "\udfff" for letter in value)
