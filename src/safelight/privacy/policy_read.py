"""Read: the files of the policy -> Policy: what is shipped, with an operator's own facts laid over it."""

import gc
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path

from safelight.kernel.errors import Invalid
from safelight.privacy.node import Node, parsed
from safelight.privacy.policy import (
    LANGUAGES,
    Basis,
    Category,
    Chapter,
    Connector,
    Controller,
    CookieRow,
    Entity,
    Field,
    Framework,
    Location,
    Policy,
    Purpose,
    Recipient,
    RecipientRole,
    Role,
    Said,
    Statement,
    Then,
    Wish,
)

FOLDER = Path(__file__).parent
SHIPPED = "policy.yaml"
CHAPTERS = "chapters.yaml"
LIFE = "life"
HOURS_A_DAY = 24
_COUNTRY = r"[A-Z]{2}"
_HOST = r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?"
_CLAUSE = r"PP-\d\d"


@cache
def shipped() -> Policy:
    """As it comes with the product: of an operator who said nothing yet."""
    with _uncollected():
        return policy_of(
            parsed((FOLDER / SHIPPED).read_bytes(), SHIPPED), parsed((FOLDER / CHAPTERS).read_bytes(), CHAPTERS)
        )


@contextmanager
def _uncollected() -> Generator[None, None, None]:
    """Nothing that is read is garbage: to look through the whole program for some takes longer than to read it."""
    was_collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_collecting:
            gc.enable()


def policy_of(model: Node, chapters: Node) -> Policy:
    """Raises Invalid that names the place at fault."""
    model.only(
        "controller", "rights", "categories", "purposes", "entities", "connectors", "recipients", "locations",
        "analytics", "frameworks", "cookies", "log_fields", "use_cases",
    )  # fmt: skip
    made = Policy(
        controller=_controller(model.at("controller"), Controller("", "", "")),
        categories=model.at("categories").each(_category),
        purposes=model.at("purposes").each(_purpose),
        entities=model.at("entities").each(_entity),
        connectors=model.at("connectors").each(_connector),
        recipients=model.at("recipients").each(_recipient),
        cookies=model.at("cookies").each(_cookie),
        locations=tuple(_location(each) for each in model.at("locations").list()),
        frameworks=model.at("frameworks").each(_framework),
        analytics=model.at("analytics").texts(),
        rights=model.at("rights").texts(),
        log_fields=model.at("log_fields").texts(),
        use_cases=_use_cases(model.at("use_cases")),
        chapters=tuple(_chapter(each) for each in chapters.only("chapters").at("chapters").list()),
    )
    _agree(made, model.file)
    return made


def laid_over(policy: Policy, over: Node) -> Policy:
    """An operator's own facts. What the product does is not theirs to say: purposes, entities and cookies are not."""
    over.only("controller", "recipients", "locations", "analytics", "frameworks")
    frameworks = dict(policy.frameworks)
    for name, node in over.at("frameworks").items():
        if name not in frameworks:
            raise node.fault(f"one of {', '.join(frameworks)} is expected")
        frameworks[name] = _framework(name, node, frameworks[name])
    made = replace(
        policy,
        controller=_controller(over.at("controller"), policy.controller),
        recipients={**policy.recipients, **over.at("recipients").each(_recipient)},
        locations=(*policy.locations, *(_location(each) for each in over.at("locations").list())),
        analytics=(*policy.analytics, *over.at("analytics").texts()),
        frameworks=frameworks,
    )
    _agree(made, over.file)
    return made


def with_periods(policy: Policy, settings: Mapping[str, object]) -> Policy:
    """The periods that the settings of this installation say. Raises Invalid for a setting that there is not."""
    entities = {
        name: entity if entity.setting is None else replace(entity, days=_days(entity.setting, settings))
        for name, entity in policy.entities.items()
    }
    return replace(policy, entities=entities)


def _days(setting: str, settings: Mapping[str, object]) -> int:
    value = settings.get(setting)
    if not isinstance(value, int):
        raise Invalid(f"{SHIPPED}: there is no setting {setting} that is a number.")
    return -(-value // HOURS_A_DAY) if setting.endswith("hours") else value


def _said(node: Node) -> Said:
    return Said(node.at("en").text(), node.at("de").text())


def _controller(node: Node, before: Controller) -> Controller:
    node.only("name", "postal", "contact", "officer", "authority", "authority_url")
    return Controller(
        name=node.at("name").text(before.name),
        postal=node.at("postal").text(before.postal),
        contact=node.at("contact").checked(r"[^@\s<>]+@[^@\s<>]+", "a mail address", before.contact),
        officer=node.at("officer").text(before.officer),
        authority=node.at("authority").text(before.authority),
        authority_url=node.at("authority_url").checked(r"https://\S+", "an https address", before.authority_url),
    )


def _category(name: str, node: Node) -> Category:
    node.only("dpv", *LANGUAGES)
    return Category(name, _said(node), node.at("dpv").checked(r"pd:\w+", "a term such as pd:Name"))


def _purpose(name: str, node: Node) -> Purpose:
    node.only("basis", "clause", "objectable", "different", "reads_all", *LANGUAGES)
    return Purpose(
        name=name,
        title=_said(node),
        basis=node.at("basis").one_of(Basis),
        clause=node.at("clause").checked(_CLAUSE, "a clause such as PP-12"),
        is_objectable=node.at("objectable").truth(False),
        is_different=node.at("different").truth(False),
        reads_all=node.at("reads_all").truth(False),
    )


def _entity(name: str, node: Node) -> Entity:
    node.only("context", "role", "start", "keep", "setting", "then", "ground", "exported", "fields", *LANGUAGES)
    fields = node.at("fields").each(_field)
    if not fields:
        raise node.at("fields").fault("at least one field is expected")
    keep = node.at("keep").checked(rf"{LIFE}|P[1-9]\d{{0,4}}D", "`life`, or a period such as P180D,")
    entity = Entity(
        name=name,
        context=node.at("context").text(),
        title=_said(node),
        role=node.at("role").one_of(Role),
        start=_said(node.at("start")),
        days=None if keep == LIFE else int(keep[1:-1]),
        then=node.at("then").one_of(Then),
        fields=tuple(fields.values()),
        setting=node.at("setting").text() if node.has("setting") else None,
        ground=node.at("ground").text(""),
        is_exported=node.at("exported").truth(True),
    )
    if entity.then is Then.KEEP and not entity.ground:
        raise node.at("ground").fault("what is kept for ever needs a reason")
    return entity


def _field(name: str, node: Node) -> Field:
    node.only("category", "columns", "purposes")
    purposes = node.at("purposes").texts()
    if not purposes:
        raise node.at("purposes").fault("at least one purpose is expected")
    return Field(name, node.at("category").text(), node.at("columns").texts(), purposes)


def _connector(name: str, node: Node) -> Connector:
    node.only("wish", "setting", "modules", "personal", *LANGUAGES)
    setting = node.at("setting").text() if node.has("setting") else None
    wish = node.at("wish").one_of(Wish)
    if (wish is Wish.OPERATOR) is (setting is None):
        raise node.at("setting").fault("a connector of the operator names its setting, another none")
    modules = node.at("modules").texts()
    return Connector(name, _said(node), wish, modules, setting, node.at("personal").truth(True))


def _recipient(name: str, node: Node) -> Recipient:
    node.only(
        "title", "role", "purposes", "entities", "hosts", "country", "transfer_tool", "dpa_sha256", "flows_down",
        "active_from", "direct_marketing", "postal", "dpa_until", "policy_bound", "clause",
    )  # fmt: skip
    made = Recipient(
        name=name,
        title=node.at("title").text(),
        role=node.at("role").one_of(RecipientRole),
        purposes=node.at("purposes").texts(),
        entities=node.at("entities").texts(),
        hosts=tuple(each.checked(_HOST, "a host such as mail.example.org") for each in node.at("hosts").list()),
        country=node.at("country").checked(_COUNTRY, "a country of two letters"),
        transfer_tool=node.at("transfer_tool").checked(r"none|adequacy|scc|dpf", "none, adequacy, scc or dpf", "none"),
        agreement_sha256=node.at("dpa_sha256").checked(r"[0-9a-f]{64}", "64 hex digits", ""),
        flows_down=node.at("flows_down").truth(False),
        active_from=node.at("active_from").day(),
        is_direct_marketing=node.at("direct_marketing").truth(False),
        postal=node.at("postal").text(""),
        agreement_until=node.at("dpa_until").day(),
        is_policy_bound=node.at("policy_bound").truth(False),
        clause=node.at("clause").checked(_CLAUSE, "a clause such as PP-26", ""),
    )
    if not made.purposes:
        raise node.at("purposes").fault("who gets data gets them for a purpose")
    if made.role is RecipientRole.PROCESSOR and not made.agreement_sha256:
        raise node.at("dpa_sha256").fault("a processor needs an agreement: the SHA-256 of its text is expected (PP-23)")
    return made


def _cookie(name: str, node: Node) -> CookieRow:
    node.only("kind", "max_age", *LANGUAGES)
    return CookieRow(name, node.at("kind").text(), node.at("max_age").number(), _said(node))


def _location(node: Node) -> Location:
    node.only("store", "country", "operator")
    country = node.at("country").checked(_COUNTRY, "a country of two letters")
    return Location(node.at("store").text(), country, node.at("operator").text())


def _framework(name: str, node: Node, before: Framework | None = None) -> Framework:
    node.only("title", "enabled", "certificate", "expires_on", "recourse")
    made = Framework(
        name=name,
        title=node.at("title").text(before.title if before else None),
        is_enabled=node.at("enabled").truth(False),
        certificate=node.at("certificate").text(""),
        expires_on=node.at("expires_on").day(),
        recourse=node.at("recourse").text(""),
    )
    if made.is_enabled and not (made.certificate and made.expires_on and made.recourse):
        raise node.fault("to be named it needs certificate, expires_on and recourse (PP-56)")
    return made


def _use_cases(node: Node) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for each in node.list():
        each.only("where", "purposes")
        where = each.at("where").checked(r"/[!-~]*|job [a-z_]+", "where a path begins, or `job NAME`,")
        found[where] = each.at("purposes").texts()
    return found


def _chapter(node: Node) -> Chapter:
    node.only("name", "title", "summary", "statements", "table", "when")
    return Chapter(
        name=node.at("name").text(),
        title=_said(node.at("title")),
        summary=_said(node.at("summary")),
        statements=tuple(_statement(each) for each in node.at("statements").list()),
        table=node.at("table").text(""),
        when=node.at("when").text(""),
    )


def _statement(node: Node) -> Statement:
    node.only("clause", "when", "untested", *LANGUAGES)
    clause = node.at("clause").checked(_CLAUSE, "a clause such as PP-12")
    return Statement(clause, _said(node), node.at("when").text(""), node.at("untested").text(""))


def _agree(policy: Policy, file: str) -> None:
    """Names must be of what is there."""
    for entity in policy.entities.values():
        for field in entity.fields:
            where = f"{file}: entities.{entity.name}.fields.{field.name}"
            _known(f"{where}.category", (field.category,), policy.categories)
            _known(f"{where}.purposes", field.purposes, policy.purposes)
    for recipient in policy.recipients.values():
        where = f"{file}: recipients.{recipient.name}"
        _known(f"{where}.purposes", recipient.purposes, policy.purposes)
        _known(f"{where}.entities", recipient.entities, policy.entities)
        is_bound = recipient.is_policy_bound and bool(recipient.agreement_sha256)
        if recipient.role is RecipientRole.AFFILIATE and not is_bound:
            raise Invalid(f"{where}: an affiliate keeps this policy: policy_bound, and dpa_sha256 of it (PP-25).")
    for where, purposes in policy.use_cases.items():
        _known(f"{file}: use_cases: {where}", purposes, policy.purposes)
    _known(f"{file}: analytics", policy.analytics, policy.recipients)


def _known(where: str, names: tuple[str, ...], there: Mapping[str, object]) -> None:
    for name in names:
        if name not in there:
            raise Invalid(f"{where}: there is no {name}; there are {', '.join(there) or 'none'}.")
