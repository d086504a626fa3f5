"""Ids: unique, sortable, of the shapes that clients know."""

import re
import time

from safelight.kernel.ids import new_id, new_ids, random_digits, random_name


def test_an_id_is_a_uuid_of_version_7_in_32_hex_digits():
    made = new_id()
    assert re.fullmatch(r"[0-9a-f]{12}7[0-9a-f]{3}[89ab][0-9a-f]{15}", made)


def test_ids_sort_by_the_moment_of_birth():
    first = new_id()
    time.sleep(0.002)
    assert first < new_id()


def test_a_thousand_ids_are_a_thousand():
    assert len({new_id() for _ in range(1000)}) == 1000


def test_random_names_have_the_length_and_the_letters_that_clients_expect():
    assert re.fullmatch(r"[a-z0-9]{20}", random_name())
    assert re.fullmatch(r"[a-z0-9]{6}", random_name(6))


def test_an_api_key_has_no_leading_zero():
    assert all(re.fullmatch(r"[1-9][0-9]{14}", random_digits()) for _ in range(100))


def test_many_ids_at_once_are_new_ids_that_follow_each_other():
    before, many, after = new_id(), new_ids(1000), new_ids(3)
    assert len({before, *many, *after}) == 1004
    assert sorted(many) == many
    assert all(len(each) == 32 and each[12] == "7" and each[16] in "89ab" for each in many)
    assert many[0][:12] >= before[:12]
    assert new_ids(0) == []
