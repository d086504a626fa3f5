"""Telling: answers that a program can write to who proved who they are: kinds of data, disclosures, decisions."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from safelight.kernel.holdings import Keeper, Subject
from safelight.kernel.languages import Language, language_named
from safelight.ports.database import Session
from safelight.privacy.disclosures import Year
from safelight.privacy.policy import Entity, Policy, Said
from safelight.privacy.policy_page import kept
from safelight.privacy.request import Kind, Request

Shine = Callable[[Session, Subject, int, Language], Awaitable[Year]]
"""Who got data of somebody for direct marketing in a year."""

KINDS = Said(
    "These kinds of data about you are kept here. To see the data themselves, ask for a copy.",
    "Diese Arten von Daten über Sie sind hier gespeichert. Die Daten selbst sehen Sie, wenn Sie eine Kopie verlangen.",
)
NO_KINDS = Said("No data about you are kept here.", "Hier sind keine Daten über Sie gespeichert.")
LINE = Said("{title}; for: {purposes}; kept {period}.", "{title}; für: {purposes}; behalten: {period}.")
NOBODY = Said("Nobody outside of this installation gets them.", "Niemand außerhalb dieser Installation bekommt sie.")
OTHERS = Said("These get some of them: {names}.", "Einen Teil davon bekommen: {names}.")
DECISIONS = Said(
    "No decision that has a legal effect on you, or a similar one, is made here by a program alone (GDPR 22), and no "
    "profile of you is made. What programs do by fixed rules: they refuse more than a limit allows (uploads, requests, "
    "storage), they shut a sign-in for some minutes after wrong passwords, and they end accounts that nobody uses, "
    "after two letters. Answer this letter if you want a person to look at one of these.",
    "Keine Entscheidung mit rechtlicher oder ähnlicher Wirkung für Sie trifft hier ein Programm allein (Art. 22 "
    "DSGVO), und es wird kein Profil von Ihnen gebildet. Was Programme nach festen Regeln tun: Sie weisen ab, was "
    "über eine Grenze geht (Uploads, Anfragen, Speicher), sperren eine Anmeldung nach falschen Passwörtern für einige "
    "Minuten und beenden Konten, die niemand benutzt, nach zwei Briefen. Antworten Sie auf diesen Brief, wenn ein "
    "Mensch sich etwas davon ansehen soll.",
)
STATEMENT = Said(
    "Your statement is kept with your data for as long as they are, and is part of every copy of them.",
    "Ihre Erklärung bleibt bei Ihren Daten, solange es sie gibt, und ist Teil jeder Kopie davon.",
)


@dataclass(frozen=True)
class Tell:
    policy: Policy
    keepers: Sequence[Keeper[Session]]
    shine: Shine

    async def __call__(self, session: Session, request: Request, subject: Subject) -> str | None:
        """The answer in the language of who asks; None where a person must find it."""
        match request.kind:
            case Kind.ACCESS_CATEGORIES:
                return kinds_told(self.policy, await self._found(session, subject), request.language)
            case Kind.SHINE_THE_LIGHT:
                return await self._disclosures(session, subject, request.received_at.year - 1, request.language)
            case Kind.AUTOMATED_DECISION_INFO:
                return DECISIONS.in_language(request.language)
            case Kind.AMENDMENT:
                return STATEMENT.in_language(request.language)
            case _:
                return None

    async def _found(self, session: Session, subject: Subject) -> Sequence[str]:
        """The names of all holdings of which there is something about them."""
        held: Mapping[str, None] = {}
        for keeper in self.keepers:
            holdings = {sheet.name: sheet.holdings for sheet in keeper.sheets}
            for found in await keeper.look(session, subject):
                held = {**held, **dict.fromkeys(holdings[found.sheet] if found.count else ())}
        return [*held]

    async def _disclosures(self, session: Session, subject: Subject, year: int, language: str) -> str:
        return (await self.shine(session, subject, year, language_named(language) or "en")).text


def kinds_told(policy: Policy, holdings: Sequence[str], language: str) -> str:
    """What is known of somebody, by its kinds: what for, how long, and who else gets it."""
    found = [policy.entities[name] for name in holdings if name in policy.entities]
    if not found:
        return NO_KINDS.in_language(language)
    lines = [f"- {_line(policy, entity, language)}" for entity in found]
    names = [each.title for each in policy.recipients.values() if {*each.entities} & {entity.name for entity in found}]
    others = OTHERS.in_language(language).format(names=", ".join(names)) if names else NOBODY.in_language(language)
    return "\n".join([KINDS.in_language(language), "", *lines, "", others])


def _line(policy: Policy, entity: Entity, language: str) -> str:
    purposes = ", ".join(policy.purposes[name].title.in_language(language) for name in entity.purposes)
    title, period = entity.title.in_language(language), kept(entity, language)
    return LINE.in_language(language).format(title=title, purposes=purposes, period=period)
