"""Signatures of URLs, parameters and answers: the vectors of the reference, recomputed by others before us."""

import pytest

from safelight.kernel.secret import Secret
from safelight.transform.sign import (
    params_signature_ok,
    sign_answer,
    sign_params,
    sign_url,
    string_to_sign,
    url_signature_ok,
)

API_SECRET = "hdcixPpR2iKERPwqvH6sHdK9cyac"
CLOUD = {"cloud_name": "dn6ot3ged", "timestamp": "1568810420"}
PERSON = {**CLOUD, "username": "user@cloudinary.com"}
CALLBACK = {**CLOUD, "notification_url": "https://fake.com/callback?a=1&tags=hello,world"}
SMUGGLED = {"public_id": "tests/logo&version=2", "version": "1"}


@pytest.mark.parametrize(
    ("text", "letters", "algorithm", "long"),
    [
        ("sample.jpg", "v2fTPYTu", "sha1", False),
        ("sample.jpg", "2hbrSMPO", "sha256", False),
        ("sample.jpg", "2hbrSMPOjj5BJ4xV7SgFbRDevFaQNUFf", "sha256", True),
        ("sample.jpg", "2hbrSMPOjj5BJ4xV7SgFbRDevFaQNUFf", "sha1", True),  # the long form is always SHA-256
        ("image.jpg", "--SjmNDA", "sha1", False),
        ("image.jpg", "m50khsqq", "sha256", False),
        ("c_crop,h_20,w_10/image.jpg", "Ai4Znfl3", "sha1", False),
        ("c_crop,h_20,w_10/image.jpg", "w7DXgwn5", "sha256", False),
        ("http://google.com/path/to/image.png", "hH_YcbiS", "sha1", False),
        ("co_red,l_text:Times_70_bold:Cool%25F0%259F%2598%258D/image.jpg", "Uqk1a-5W", "sha1", False),
    ],
)
def test_a_url_is_signed(text, letters, algorithm, long):
    assert sign_url(text, "b", algorithm=algorithm, long=long) == letters


@pytest.mark.parametrize(
    ("signature", "is_ok"),
    [
        ("v2fTPYTu", True),
        ("2hbrSMPO", True),
        ("2hbrSMPOjj5BJ4xV7SgFbRDevFaQNUFf", True),
        ("v2fTPYTU", False),
        ("2hbrSMPOjj5BJ4xV", False),  # cut off
        ("", False),
        ("é\udc80", False),
    ],
)
def test_a_url_signature_is_good_in_three_forms_and_for_each_key(signature, is_ok):
    secrets = [Secret("a"), Secret("b")]
    assert url_signature_ok(signature, ["other.jpg", "sample.jpg"], secrets) == is_ok
    assert not url_signature_ok(signature, ["sample.jpg"], secrets[:1])
    assert not url_signature_ok(signature, ["other.jpg"], secrets)


@pytest.mark.parametrize(
    ("params", "algorithm", "version", "digest"),
    [
        (PERSON, "sha1", 1, "14c00ba6d0dfdedbc86b316847d95b9e6cd46d94"),
        (PERSON, "sha1", 2, "14c00ba6d0dfdedbc86b316847d95b9e6cd46d94"),
        (PERSON, "sha256", 2, "45ddaa4fa01f0c2826f32f669d2e4514faf275fe6df053f1a150e7beae58a3bd"),
        (CALLBACK, "sha1", 2, "4fdf465dd89451cc1ed8ec5b3e314e8a51695704"),
        (CALLBACK, "sha1", 1, "7b4e3a539ff1fa6e6700c41b3a2ee77586a025f9"),
        (SMUGGLED, "sha1", 1, "020c49b15104adcd268bcc04aa4e963dc136de08"),
        (SMUGGLED, "sha1", 2, "6b55f07c885b87feeacb470d82b133841ce1f0b8"),
    ],
)
def test_parameters_are_signed(params, algorithm, version, digest):
    # The vectors sign the cloud's name too, which a server never does.
    signed = sign_params(params, API_SECRET, algorithm=algorithm, version=version, excluded=frozenset())
    assert signed == digest


@pytest.mark.parametrize(
    ("params", "text"),
    [
        ({"b": "2", "a": "1"}, "a=1&b=2"),
        ({"a": "1", "b": "", "c": []}, "a=1"),
        ({"tags": ["x", "y"], "timestamp": "1"}, "tags=x,y&timestamp=1"),
        ({"a": "1", "file": "f", "cloud_name": "c", "resource_type": "r", "api_key": "k", "signature": "s"}, "a=1"),
        ({"a": "1&b=2"}, "a=1%26b=2"),
        ({"unknown": "0"}, "unknown=0"),
    ],
)
def test_what_is_signed(params, text):
    assert string_to_sign(params) == text


@pytest.mark.parametrize(
    ("params", "algorithm", "version", "is_ok"),
    [
        (PERSON, "sha1", 2, True),
        (PERSON, "sha1", 1, True),
        (PERSON, "sha256", 2, True),
        (CALLBACK, "sha1", 2, True),
        (CALLBACK, "sha1", 1, False),  # version 1 with an `&` could have been another request
        (SMUGGLED, "sha256", 1, False),
    ],
)
def test_a_signature_of_parameters_is_checked(params, algorithm, version, is_ok):
    signature = sign_params(params, API_SECRET, algorithm=algorithm, version=version)
    assert params_signature_ok(params, signature, Secret(API_SECRET)) == is_ok
    assert not params_signature_ok(params, signature, Secret("other"))
    assert not params_signature_ok(params, signature[:-1], Secret(API_SECRET))


def test_an_answer_is_signed_with_name_and_version():
    assert sign_answer("tests/logo&version=2", 1, API_SECRET) == "020c49b15104adcd268bcc04aa4e963dc136de08"
