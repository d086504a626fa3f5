"""TransformError: what is wrong with a transformation, and at which letters."""

from typing import ClassVar

from safelight.kernel.errors import Invalid


class TransformError(Invalid):
    """Points at `text[start:end]`."""

    code: ClassVar[str] = "invalid_transformation"

    def __init__(self, message: str, text: str, start: int, end: int) -> None:
        super().__init__(message, text=text, start=start, end=end)
        self.text = text
        self.start = start
        self.end = end

    def pointed(self) -> str:
        """The message, the text, and a line of carets under the letters at fault."""
        return f"{self.message}\n  {self.text}\n  {' ' * self.start}{'^' * max(1, self.end - self.start)}"
