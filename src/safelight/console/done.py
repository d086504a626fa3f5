"""Done: what a page says after a form did its work; the address carries one word of this list."""

from collections.abc import Mapping

from safelight.console import sheets
from safelight.console.words import mark as _

SAID: Mapping[str, str] = {
    "saved": _("Saved."),
    "key-ended": _("The key is disabled. Whoever uses it is refused from now on."),
    "key-on": _("The key works again."),
    "key-deleted": _("The key is deleted."),
    "invited": _("Invited. A letter with a link is on its way."),
    "user-off": _("Disabled. They are signed out everywhere."),
    "user-on": _("Enabled. They can sign in again."),
    "removed": _("Removed."),
    "group-made": _("The group is there. Now put people in it, and give it a role."),
    "role-made": _("The role is there. Now give it to people, groups or keys."),
    "given": _("The role is given."),
    "taken": _("The role is taken away."),
    "session-ended": _("Signed out there."),
    "sessions-ended": _("Signed out everywhere else."),
    "password-changed": _("Your password is changed. All other devices are signed out."),
    "passkey-made": _("The passkey works now."),
    "passkey-removed": _("The passkey is removed."),
    "totp-on": _("Codes are asked for from now on."),
    "totp-off": _("Codes are no longer asked for."),
    "email-asked": _("A letter is on its way to the new address. It changes when you follow the link in it."),
    "email-changed": _("Your e-mail address is changed."),
    "enabled": _("Welcome back. Everything works again."),
    "signed-out": _("You are signed out."),
    "reset-asked": _("If there is an account for this address, a letter with a link is on its way."),
    "password-set": _("Your new password is set. Sign in with it."),
    "verified": _("Your address is confirmed. Sign in."),
    "archive-asked": _("The archive is being made. A letter tells you when it is ready."),
    "chosen": _("Done. It holds from now on."),
    "request-asked": _("Your request came in. A letter says how it goes on."),
    "report-answered": _("Answered. A letter of ours brings it to who asked."),
    "request-withdrawn": _("The request is taken back."),
    "disabled": _("Your account is disabled. You can sign in within 30 days to get it back."),
}


def said(language: str, word: str) -> str:
    """The sentence, or nothing for a word that somebody made up."""
    return sheets.spoken(language, SAID[word]) if word in SAID else ""
