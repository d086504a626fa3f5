"""Fixed: a statement that is the same each time but for its values, which have names: it is made ready once."""

from typing import TypeVar

from sqlalchemy import Executable

E = TypeVar("E", bound=Executable)

_OPTION = "safelight_fixed"


def fixed(statement: E) -> E:
    """The statement, marked: to be kept by its module, and given to a session with its values as `params`.

    An adapter may then spare itself looking at it each time. An INSERT takes its values by the names of its columns;
    what is handed out are columns that have names.
    """
    return statement.execution_options(**{_OPTION: True})


def is_fixed(statement: Executable) -> bool:
    return _OPTION in statement.get_execution_options()
