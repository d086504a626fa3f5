"""Letters: a text that is nearly right becomes one that is nearly wrong."""

from random import Random

LETTERS = "abcdefghilmnopqrtuwxyz_:,/.%$!;()0123456789-éß\u202e\x00 "


def scrambled(random: Random, text: str) -> str:
    """Some letters changed, lost, doubled or moved."""
    letters = list(text)
    for _ in range(random.choice((0, 1, 1, 2, 4))):
        at = random.randint(0, len(letters))
        letters[at : at + random.randint(0, 3)] = random.choices(LETTERS, k=random.randint(0, 3))
    return "".join(letters)
