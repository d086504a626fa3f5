"""The files of the policy are read with errors that name the place; an operator lays facts over what is shipped."""

from datetime import date

import pytest

from safelight.kernel.errors import Invalid
from safelight.privacy import policy_read
from safelight.privacy.node import FILE_BYTES_MAX, parsed

TODAY = date(2026, 11, 23)
DPA = "a" * 64
MAIL = (
    "{title: Post, role: processor, purposes: [mail.service], entities: [letter-content], country: DE, "
    f"dpa_sha256: {DPA}}}"
)


def over(text: str):
    return policy_read.laid_over(policy_read.shipped(), parsed(text.encode(), "mine.yaml"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("recipients: {x: {title: A, role: seller}}", "recipients.x.role: one of processor, independent, affiliate"),
        ("recipients: {x: {title: A, role: processor, purposes: [mail.service], country: DE}}", "PP-23"),
        ("recipients: {x: {title: A, role: affiliate, purposes: [], country: DE}}", "gets them for a purpose"),
        ("recipients: {x: {title: A, role: affiliate, purposes: [sale], country: DE}}", "there is no sale"),
        (f"recipients: {{mail: {MAIL[:-1]}, hosts: ['https://x']}}}}", "recipients.mail.hosts[0]: a host such as"),
        ("recipients: {mail: {title: A, role: affiliate, purposes: [mail.service], country: de}}", "two letters"),
        ("locations: [{store: x, country: Germany, operator: y}]", "mine.yaml: locations[0].country: a country"),
        ("controller: {contact: somebody}", "controller.contact: a mail address"),
        ("controller: {naem: A}", "controller.naem: nothing has this name here; there are name, postal"),
        ("controller: {name: [A]}", "controller.name: a text"),
        ("purposes: {}", "mine.yaml: purposes: nothing has this name here"),
        ("analytics: [nobody]", "analytics: there is no nobody; there are none"),
        ("frameworks: {dpf: {enabled: true}}", "needs certificate, expires_on and recourse (PP-56)"),
        ("frameworks: {shield: {enabled: true}}", "frameworks.shield: one of dpf"),
        ("a: &x 1\nb: *x", "line 2: an alias"),
        ("a: 1\na: 2", "line 2: the key 'a' is there twice"),
        ("controller: [", "mine.yaml: line 1"),
        ("- 1", "mine.yaml: the file: names with values"),
        ("1: 2", "1 is no name"),
        ("? [a]\n: 1", "line 1: a key is one word"),
        ("{{a: 1}: 2}", "line 1: a key is one word"),
        ("controller: {name: " + "x" * 5000 + "}", "4000 letters at most"),
        ("x" * (FILE_BYTES_MAX + 1), "larger than"),
        ("!!python/object/apply:os.system [ls]", "mine.yaml"),
        ("[" * 3000, "mine.yaml"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(text: str, words: str):
    with pytest.raises(Invalid) as told:
        over(text)
    assert words in told.value.message


def test_no_text_in_utf_8_is_told():
    with pytest.raises(Invalid, match="UTF-8"):
        parsed(b"\xff", "mine.yaml")


def test_an_operator_says_who_answers_and_who_gets_data():
    made = over(f"controller: {{name: Firm, contact: privacy@firm.example}}\nrecipients: {{mail: {MAIL}}}")
    assert (made.controller.name, made.controller.missing) == ("Firm", ("postal", "authority"))
    assert made.is_so("recipients", TODAY)
    assert not made.is_so("no_recipients", TODAY)


@pytest.mark.parametrize(("expires", "is_live"), [("2026-11-22", False), ("2026-11-23", True), ("2027-11-23", True)])
def test_a_framework_is_named_only_while_its_certificate_is_valid(expires: str, is_live: bool):
    made = over(
        f"frameworks: {{dpf: {{enabled: true, certificate: '77', expires_on: '{expires}', recourse: The Panel}}}}"
    )
    assert made.is_so("framework", TODAY) is is_live


def test_periods_follow_the_settings():
    made = policy_read.with_periods(
        policy_read.shipped(),
        {each.setting: 99 for each in policy_read.shipped().entities.values() if each.setting},
    )
    assert made.entities["traffic"].days == 99
    assert made.entities["upload-parts"].days == 5
    with pytest.raises(Invalid, match="no setting"):
        policy_read.with_periods(policy_read.shipped(), {})
