"""At the start the promises are compared with what there is."""

from dataclasses import replace
from datetime import date

import pytest

from safelight.boot import promising
from safelight.kernel.errors import Invalid
from safelight.kernel.secret import Secret
from safelight.settings import Settings

TODAY = date(2026, 11, 23)
SMTP = Secret("smtp://ann:s3cret@mail.example.org?from=a@b.example")


def settings(tmp_path, mode: str = "warn", **facts: object) -> Settings:
    made = Settings(data=tmp_path)
    return replace(made, privacy=replace(made.privacy, mode=mode), **facts)


def sending(tmp_path, mode: str) -> Settings:
    made = settings(tmp_path, mode)
    return replace(made, mail=replace(made.mail, smtp=SMTP))


@pytest.mark.parametrize("mode", ["warn", "strict"])
def test_as_shipped_nothing_is_said(tmp_path, mode):
    said: list[str] = []
    promising.check_start(settings(tmp_path, mode), TODAY, said.append)
    assert said == []


def test_strict_stops_the_start_and_names_the_clause(tmp_path):
    with pytest.raises(Invalid) as told:
        promising.check_start(sending(tmp_path, "strict"), TODAY, pytest.fail)
    assert told.value.message.startswith("PP-20: ")
    assert "PP-22: the setting mail.smtp leads to mail.example.org" in told.value.message
    assert "s3cret" not in told.value.message


def test_a_warning_starts_all_the_same(tmp_path):
    said: list[str] = []
    promising.check_start(sending(tmp_path, "warn"), TODAY, said.append)
    assert len(said) == 1
    assert said[0].startswith("privacy: PP-22: ")


def test_who_declares_it_may_send(tmp_path):
    mine = tmp_path / "mine.yaml"
    mine.write_text(
        "recipients: {mail: {title: Post, role: processor, purposes: [mail.service], entities: [letter-content], "
        f"country: DE, hosts: [mail.example.org], dpa_sha256: {'a' * 64}, flows_down: true}}}}"
    )
    made = sending(tmp_path, "strict")
    promising.check_start(replace(made, privacy=replace(made.privacy, policy=mine)), TODAY, pytest.fail)


def test_a_file_that_is_not_there_is_told(tmp_path):
    made = settings(tmp_path)
    with pytest.raises(Invalid, match="SAFELIGHT_PRIVACY_POLICY"):
        promising.policy_of(replace(made, privacy=replace(made.privacy, policy=tmp_path / "none.yaml")))


def test_who_writes_letters_is_who_answers_unless_the_file_says_otherwise(tmp_path):
    made = settings(tmp_path)
    made = replace(made, mail=replace(made.mail, brand="Firm", postal_address="1 Road"))
    assert (promising.policy_of(made).controller.name, promising.policy_of(made).controller.postal) == (
        "Firm",
        "1 Road",
    )
