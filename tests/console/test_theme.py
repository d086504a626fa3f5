"""Light or dark is a form at the foot of every page; one cookie keeps it, and nothing else does."""

import pytest

from tests.console.conftest import House


@pytest.mark.parametrize("path", ["/auth/sign-in", "/privacy/cookies", "/console/demo", "/account"])
async def test_what_is_chosen_holds_on_every_page_and_leads_back(house: House, path: str):
    await house.sign_in()
    assert "data-theme" not in (await house.client.get(path)).text
    answer = await house.send("/auth/theme", path, theme="dark", next=f"{path}?q=1")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{path}?q=1")
    (cookie,) = [each for each in answer.headers.get_list("set-cookie") if each.startswith("theme=")]
    assert cookie == "theme=dark; Path=/; SameSite=Lax; Max-Age=15552000; HttpOnly"
    page = (await house.client.get(path)).text
    assert 'data-theme="dark"' in page
    assert '<button name="theme" value="dark" aria-pressed="true">' in page
    gone = await house.send("/auth/theme", path, theme="", next=path)
    assert any(each.startswith("theme=; ") and "Max-Age=0" in each for each in gone.headers.get_list("set-cookie"))
    assert "data-theme" not in (await house.client.get(path)).text


@pytest.mark.parametrize("made_up", ["black", 'light"><script>', "x" * 2000])
async def test_a_theme_that_somebody_made_up_is_none(house: House, made_up: str):
    await house.send("/auth/theme", "/auth/sign-in", theme=made_up)
    assert "theme" not in {cookie.name for cookie in house.client.cookies.jar}
    page = (await house.client.get("/auth/sign-in", headers={"Cookie": "theme=black"})).text
    assert "data-theme" not in page


@pytest.mark.parametrize(("path", "back"), [("/admin/users?q=a&done=saved", "/admin/users?q=a"), ("/console", "")])
async def test_the_way_back_keeps_what_was_asked_for_and_no_word_of_what_was_done(house: House, path: str, back: str):
    await house.sign_in()
    page = (await house.client.get(path, follow_redirects=True)).text
    assert not back or f'name="next" value="{back}"' in page


async def test_a_page_that_a_secret_opens_does_not_write_it_down_again(house: House):
    page = (await house.client.get("/auth/verify?token=abc123")).text
    assert page.count("abc123") <= 1
    assert "/auth/theme" not in page
