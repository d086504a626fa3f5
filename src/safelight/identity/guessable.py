"""Guessable: passwords that everybody would guess, by rule and by word. Pure.

There is no list of millions: what people choose are a few hundred words, dressed up in a few ways. A password is
undressed (capitals, digits for letters, what is put before and behind), and what is left is looked up.
"""

import re

_TEXT = """
    password passwort passwd passw pass motdepasse contrasena senha parola wachtwoord haslo salasana losenord
    admin administrator root user guest test testing tester demo default master login signin welcome willkommen
    changeme changeit letmein opensesame secret geheim topsecret access system server computer internet network
    qwerty qwertz azerty asdf asdfgh asdfghjkl zxcvbn zxcvbnm yxcvbnm qazwsx qwe asd zxc qweasd qweasdzxc
    qwertyuiop qwertzuiop azertyuiop poiuytrewq mnbvcxz lkjhgfdsa abc abcd abcde abcdef abcdefg abcdefgh alphabet
    monkey dragon tiger lion eagle wolf bear shark panther falcon phoenix unicorn butterfly kitty kitten puppy dog cat
    doggy horse mustang jaguar chicken elephant dolphin penguin spider bird fish rabbit hammer banana apple orange
    cherry lemon chocolate cookie cheese pizza coffee bacon butter pepper ginger sugar honey peanut pumpkin cupcake
    football fussball soccer baseball basketball hockey golf tennis soccerball rugby liverpool arsenal chelsea
    manchester united barcelona realmadrid juventus bayern yankees lakers cowboys steelers eagles packers redsox
    superman batman spiderman ironman wolverine avengers starwars startrek matrix pokemon pikachu naruto mario zelda
    minecraft fortnite gandalf hobbit frodo hogwarts harrypotter mickey snoopy garfield tigger scooby simpson yoda
    jesus christ god heaven angel devil blessed faith hope love peace iloveyou loveyou ichliebedich teamo iloveme
    lovely lover sweet sweetheart sweety baby babygirl honeybunny princess prince king queen sunshine sunflower flower
    rose lily summer winter spring autumn sommer herbst fruehling monday friday sunday january march april may june
    july august september october november december today forever freedom happy lucky family friend friends mother
    father mom dad mama papa sister brother daughter son mommy daddy
    michael jennifer jessica ashley daniel thomas robert joseph andrew joshua matthew anthony william christopher
    charlie george jordan hunter ranger taylor harley robin michelle nicole amanda andrea andreas stefan peter maria
    anna laura sarah hannah emma mia paul max alexander sebastian martin christian patrick klaus hans
    london paris berlin munich muenchen hamburg wien vienna zurich madrid rome moscow newyork chicago boston dallas
    austin houston texas california florida america american canada australia england ireland scotland germany
    deutschland france italia espana brasil mexico india china japan africa europe
    trustno killer ninja pirate soldier warrior knight samurai wizard magic shadow ghost zombie vampire demon
    mercedes porsche ferrari corvette camaro toyota honda nissan yamaha harleydavidson chevy ford bmw audi
    google facebook twitter instagram youtube amazon microsoft windows linux ubuntu apache oracle samsung nokia
    iphone android macbook github docker cloud cloudinary safelight media photo image video
    music guitar rock metallica nirvana slipknot eminem beatles elvis madonna hiphop dance party beer vodka whiskey
    money dollar million rich gold silver diamond platinum crystal blue red green black white purple pink yellow
    silverado thunder lightning storm rain snow fire water earth wind ocean river mountain island beach moon star stars
    sky sun galaxy planet universe nothing whatever something anything blahblah blah hello hallo hola bonjour ciao
    goodbye fuckyou fuckoff fuck shit bitch asshole bullshit sexy sex hot porn pussy naked
    correcthorsebatterystaple correct horse battery staple
    """
WORDS = frozenset(_TEXT.split())

_LETTERS = str.maketrans({"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i"})
_ROWS = (
    *("abcdefghijklmnopqrstuvwxyz", "0123456789012345678901234567890"),
    *("qwertyuiopasdfghjklzxcvbnm", "qwertzuiopasdfghjklyxcvbnm", "azertyuiopqsdfghjklmwxcvbn"),
    *("1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p", "1q2w3e4r5t6y7u8i9o0p", "qazwsxedcrfvtgbyhnujmikolp", "1qay2wsx3edc4rfv"),
)
_RUN_CHARS_MIN = 4
_DIFFERENT_CHARS_MIN = 5
_ELSE_CHARS_MAX = 4


def is_common(password: str, *about: str) -> bool:
    """Whether it would be guessed soon. `about` is what is known of the person: their name, address, company."""
    plain = password.casefold()
    if len(set(plain)) < _DIFFERENT_CHARS_MIN or _is_repeated(plain) or _is_run(plain):
        return True
    known = WORDS | {word for text in about for word in _parts(text)}
    undressed = {re.sub(r"[\W\d_]+", "", plain), re.sub(r"[\W\d_]+", "", plain.translate(_LETTERS))}
    return any(_is_of_words(each, known) for each in undressed if each) or _is_dressed_date(plain)


def _parts(text: str) -> set[str]:
    """`Ann.Lee@firm.example` -> ann, lee, firm, example, annlee…: words that say who it is."""
    words = [word for word in re.split(r"[\W\d_]+", text.casefold()) if len(word) > 2]
    return {*words, "".join(words)}


def _is_of_words(text: str, known: set[str] | frozenset[str]) -> bool:
    """Whether it is one known word and at most a few letters more, or known words and nothing else but runs."""
    if text in known or _is_run(text) or _is_repeated(text):
        return True
    if any(len(text) - len(word) <= _ELSE_CHARS_MAX and len(word) > _ELSE_CHARS_MAX and word in text for word in known):
        return True
    return any(text[:cut] in known and _rest_is_known(text[cut:], known) for cut in range(2, len(text)))


def _rest_is_known(rest: str, known: set[str] | frozenset[str]) -> bool:
    # Two words are guessed by trying all pairs; three chosen at random are not.
    return rest in known or _is_repeated(rest)


def _is_repeated(text: str) -> bool:
    """`abcabcabc`, `aaaa`: a short part over and over."""
    return any(text == (text[:size] * len(text))[: len(text)] for size in range(1, len(text) // 2 + 1))


def _is_run(text: str) -> bool:
    """`qwertz12345`, `4321abcd`: nothing but stretches of a keyboard or an alphabet, in either direction."""
    rows = [*_ROWS, *(row[::-1] for row in _ROWS)]
    at = 0
    while at < len(text):
        longest = max(
            (size for size in range(1, len(text) - at + 1) if any(text[at : at + size] in r for r in rows)), default=0
        )
        if longest < _RUN_CHARS_MIN:
            return False
        at += longest
    return bool(text)


def _is_dressed_date(text: str) -> bool:
    """Nothing but digits and what parts them: a date, a telephone number."""
    return re.fullmatch(r"[\d\s./:+()-]+", text) is not None
