"""The table of known requests: it knows letters, has an end, and forgets."""

from safelight.web.hit_heads import HEAD_BYTES_MAX, Head, Heads

HEAD = Head(b"GET", (b"here", b"/x"), (), (), True, None, None)


def test_only_the_same_letters_are_known():
    heads = Heads(10)
    heads.keep(b"GET /x", HEAD)
    assert heads.find(b"GET /x") is HEAD
    assert heads.find(b"GET /x ") is None


def test_it_has_an_end_and_what_is_asked_for_stays():
    heads = Heads(10)
    for number in range(100):
        heads.keep(b"%d" % number, HEAD)
        assert heads.find(b"0") is HEAD
        assert len(heads) <= 10 + 1
    assert heads.find(b"50") is None
    assert heads.find(b"99") is HEAD


def test_what_was_not_sent_for_two_turns_is_forgotten():
    heads = Heads(10)
    for data in (b"stays", b"goes"):
        heads.keep(data, HEAD)
    for _ in range(2):
        heads.turn()
        assert heads.find(b"stays") is HEAD
    assert heads.find(b"goes") is None
    assert len(heads) == 1


def test_long_ones_are_not_kept_and_none_where_there_is_no_room():
    for heads, data in ((Heads(10), b"x" * (HEAD_BYTES_MAX + 1)), (Heads(0), b"x")):
        heads.keep(data, HEAD)
        assert (heads.find(data), len(heads)) == (None, 0)
