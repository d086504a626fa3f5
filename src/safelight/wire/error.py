"""An error -> the JSON that clients know."""

from typing import Any

from safelight.kernel.errors import SafelightError

MESSAGE_UNKNOWN = "General Error"


def error_json(error: Exception) -> dict[str, Any]:
    """The words of an error; what we did not foresee tells nothing of itself."""
    message = error.message if isinstance(error, SafelightError) else MESSAGE_UNKNOWN
    # It may repeat what was sent, and JSON can write letters that no answer can hold.
    return {"error": {"message": message.encode(errors="replace").decode()}}
