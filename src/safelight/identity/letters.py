"""Letters: what identity writes to people. All are of the class `service`: who signs in needs them."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from safelight.kernel.languages import Language
from safelight.kernel.secret import Secret
from safelight.mail import send
from safelight.mail.model import Letter, LetterClass
from safelight.people.model import User
from safelight.ports.database import Session

# Where the pages are that take a link's secret; a page acts only when its button is pressed, for some programs that
# read mail open every link.
VERIFY = "/auth/verify"
RESET = "/auth/reset/confirm"
INVITATION = "/auth/invitation"
ENABLE = "/auth/enable"
SETUP = "/setup"
ASK_RESET = "/auth/reset"


@dataclass(frozen=True)
class Letters:
    """Writes them down in the transaction of what caused them."""

    base_url: str

    def link(self, path: str, secret: Secret) -> str:
        return f"{self.base_url}{path}?{urlencode({'token': secret.reveal()})}"

    async def to_user(
        self, session: Session, user: User, template: str, now: datetime, language: Language = "en", **facts: str
    ) -> None:
        """In the language of the person; in `language` where that is not known."""
        spoken = user.language or language
        await self.to(session, user.email, template, now, spoken, user_id=user.id, name=user.name, **facts)

    async def to(
        self,
        session: Session,
        email: str,
        template: str,
        now: datetime,
        language: Language = "en",
        *,
        user_id: str | None = None,
        **facts: str,
    ) -> None:
        facts = {"place": self.base_url, **facts}
        letter = Letter(template, LetterClass.SERVICE, email, language, facts, user_id)
        await send.post(session, letter, now=now)


def moment(at: datetime) -> str:
    """As letters tell a time."""
    return f"{at:%Y-%m-%d %H:%M} UTC"
