"""Said elsewhere: sentences of other rooms that the pages show, so that translators find them.

Where another room fills in a figure or a name, the sentence has a gap here; words.py finds out what stood in it.
"""

from safelight.console.words import mark as _

SENTENCES = (
    _(
        "Keeps the pages light or dark in this browser for 180 days; set only if you choose so, gone when you choose "
        "“As the device”"
    ),
    _("Not permitted: the group may more than who would put somebody into it"),
    _("You cannot change somebody who may more than you."),
    _("You cannot change a key that may more than you."),
    _("You cannot give a new secret to a key that may more than you."),
    _("There is no such key in this cloud."),
    _("Keeps you signed in until you close the browser"),
    _("Keeps you signed in on this device for 30 days; set only if you ask for it when you sign in"),
    _("Proves that a form was sent from one of our own pages"),
    _("The e-mail address or the password is wrong."),
    _("This code is wrong, or was used already."),
    _("Confirm your e-mail address first: open the link in the letter that we sent you."),
    _("This account is disabled. Ask an owner of it to enable it again."),
    _("This link was used already, or it is too old. Ask for a new one."),
    _("This took too long, or failed too often. Sign in again."),
    _("This passkey does not fit."),
    _("This code is wrong. Is the clock of the device right?"),
    _("This is no e-mail address."),
    _(
        "This password would soon be guessed: it is a common one, or made of your name or address. "
        "Three words that have nothing to do with each other are a good one."
    ),
    _("A password must have at least %(count)s characters."),
    _("A password may have at most %(count)s characters."),
    _("Too many people sign in at once; try again."),
    _("You disabled this account. You may enable it again until %(day)s."),
    _("This account cannot be enabled again."),
    _("There is no such session"),
    _("There is an app already; remove it first"),
    _("This passkey is known already"),
    _("There is no such passkey"),
    _("This passkey cannot be kept: what the browser sent does not fit."),
    _("A person may have %(count)s passkeys; remove one first"),
    _("%(email)s has come already"),
    _("email %(email)s is invalid"),
    _("%(name)s is the last owner of the account; make somebody else master_admin first"),
    _("An account may have %(count)s users"),
    _("An account may have %(count)s user groups"),
    _("cloud_name %(name)s already exists"),
    _("A cloud may have %(count)s API keys; delete one first"),
    _("The name of a key may have %(count)s characters, and none that control"),
    _("There are %(count)s archives already; fetch one of them, or ask again when one is gone."),
    _("There is no such archive."),
    _("There is no such report."),
    _("There is no receipt yet."),
    _("Reports are answered by owners and admins of the account."),
    _("Say it in your own words: without them there is nothing to look at."),
    _("More than %(most)s requests about one address are not taken in a day."),
    _("Too many people ask at the same time. Try again in an hour."),
    _("The report %(case)s is answered already."),
    _("Say why, in 1 to %(most)s letters: who asks reads it."),
    _("The request %(case)s does not wait for you."),
    _("The request %(case)s has no answer that could be looked at again."),
    _("This archive is gone; ask for another."),
    _("This archive is not ready yet."),
    _("There is an owner already; sign in, or ask to be invited."),
    _("There is no such cloud, or you may not see it."),
    _("This form was open for too long, or did not come from this site. Open the page again and send it once more."),
    _(
        "Your browser sent no cookie with this form. Signing in needs cookies of this site, and sets no others: allow "
        "them. Open the page again and send it once more."
    ),
    _("This installation takes new people by invitation alone; ask its owner for one."),
    _("The name of a cloud has letters, digits, - and _; a few words that mean something here are taken."),
    _("Nobody else may get the addresses that pointed to these files (GDPR 17(3)(e))"),
    _("A refusal of letters is kept, as a keyed hash of the address, so that it goes on (GDPR 21(3))"),
    _("That a request was made and answered, and when, is kept without saying by whom (GDPR 5(2))"),
    _("That something was held, and why, is kept to answer for it (GDPR 5(2), 17(3)(e))"),
    _("What a hold names is kept, sealed and apart, until it ends (GDPR 17(3)(e))"),
    _("That terms were enforced, and how it ended, is kept for claims (GDPR 17(3)(e))"),
    _("Under a hold, court order (GDPR 17(3)(e))"),
    _("Under a hold, legal claim (GDPR 17(3)(e))"),
    _("Under a hold, dispute (GDPR 17(3)(e))"),
    _("Under a hold, investigation (GDPR 17(3)(e))"),
    _("Under a hold, authority request (GDPR 17(3)(b))"),
    _("Under a hold, preservation duty (GDPR 17(3)(b))"),
)
