"""Jxl_bits: the headers of a JPEG XL codestream (ISO/IEC 18181-1): its size, its frames, how long each is shown.

The decoder at hand tells nothing of this without making pixels, and its encoder writes one delay for all frames.
"""

from dataclasses import dataclass

FRAMES_MAX = 100_000
_U32 = tuple[tuple[int, int], tuple[int, int], tuple[int, int], tuple[int, int]]

_ENUM: _U32 = ((0, 0), (1, 0), (2, 4), (18, 6))
_SIDE: _U32 = ((1, 9), (1, 13), (1, 18), (1, 30))
_RATIOS = ((1, 1), (12, 10), (4, 3), (3, 2), (16, 9), (5, 4), (2, 1))
_DURATION: _U32 = ((0, 0), (1, 0), (0, 8), (0, 32))
_NAME: _U32 = ((0, 0), (0, 4), (16, 5), (48, 10))
_FACTOR: _U32 = ((1, 0), (2, 0), (4, 0), (8, 0))
_ORIGIN: _U32 = ((0, 8), (256, 11), (2304, 14), (18688, 30))
_SECTION: _U32 = ((0, 10), (1024, 14), (17408, 22), (4211712, 30))
_REGULAR, _LF, _REFERENCE, _SKIP = range(4)
_ALPHA, _SPOT, _CFA = 0, 2, 5
SRGB, DISPLAY_P3 = 1, 11
_USES_LF_FRAME = 32


class Unreadable(Exception):
    """The codestream has what this file does not follow (an embedded profile, a preview, sorted sections)."""


class Bits:
    """A codestream, read from its lowest bit."""

    def __init__(self, data: bytes, at: int = 0) -> None:
        self.data = data
        self.at = at

    def u(self, count: int) -> int:
        first, last = self.at // 8, (self.at + count + 7) // 8
        if last > len(self.data):
            raise EOFError
        found = int.from_bytes(self.data[first:last], "little") >> (self.at % 8)
        self.at += count
        return found & ((1 << count) - 1)

    def flag(self) -> bool:
        return self.u(1) == 1

    def u32(self, choices: _U32) -> int:
        base, count = choices[self.u(2)]
        return base + self.u(count)

    def u64(self) -> int:
        match self.u(2):
            case 0:
                return 0
            case 1:
                return 1 + self.u(4)
            case 2:
                return 17 + self.u(8)
            case _:
                value, shift = self.u(12), 12
                while self.flag():
                    if shift == 60:
                        return value | self.u(4) << shift
                    value |= self.u(8) << shift
                    shift += 8
                return value

    def skip(self, count: int) -> None:
        if (self.at + count + 7) // 8 > len(self.data):
            raise EOFError
        self.at += count

    def align(self) -> None:
        self.at = (self.at + 7) // 8 * 8

    def extensions(self) -> None:
        present = self.u64()
        sizes = [self.u64() for index in range(64) if present >> index & 1]
        self.skip(sum(sizes))


@dataclass(frozen=True)
class Animation:
    """Ticks a second as a fraction, and how often it is shown (0: without end). `start`, `end`: its own bits."""

    ticks: int
    seconds: int
    loops: int
    has_timecodes: bool
    start: int
    end: int


@dataclass(frozen=True)
class Head:
    """What a codestream says of the whole. `end`: the bit after it; None where a profile follows."""

    width: int
    height: int
    orientation: int
    animation: Animation | None
    extras: tuple[int, ...]
    is_xyb: bool
    end: int | None
    primaries: int = SRGB
    """Which red, green and blue are meant, by their number in the standard."""

    @property
    def has_alpha(self) -> bool:
        return _ALPHA in self.extras


@dataclass(frozen=True)
class Frame:
    """One frame: where its bits are, and how many ticks it is shown. Frames of 0 ticks are layers of the next."""

    start: int
    duration_start: int
    duration_end: int
    sections_at: int
    """The bit after the flag that says whether the sections are sorted."""
    end: int
    ticks: int
    is_last: bool
    is_shown: bool


def head_of(data: bytes) -> Head:
    """Raises EOFError for a codestream that is too short, ValueError for one that is none."""
    if data[:2] != b"\xff\x0a":
        raise ValueError("no codestream")
    bits = Bits(data, 16)
    width, height = _size(bits)
    orientation, animation, extras, is_xyb, has_preview = 1, None, tuple[int, ...](), True, False
    primaries: int | None = SRGB
    if not bits.flag():
        has_more = bits.flag()
        if has_more:
            orientation = 1 + bits.u(3)
            if bits.flag():
                _size(bits)
            has_preview = bits.flag()
            if has_preview:
                # Its size has a form of its own; nothing that follows it is of use to us.
                return Head(width, height, orientation, None, (), True, None)
            if bits.flag():
                animation = _animation(bits)
        _bit_depth(bits)
        bits.skip(1)
        extras = tuple(_extra(bits) for _ in range(bits.u32(((0, 0), (1, 0), (2, 4), (1, 12)))))
        is_xyb = bits.flag()
        primaries = _color(bits)
        if has_more and not bits.flag():
            bits.skip(16 + 16 + 1 + 16)
        bits.extensions()
    if not bits.flag():
        if is_xyb and not bits.flag():
            bits.skip(16 * 16)
        mask = bits.u(3)
        bits.skip(16 * sum(count for index, count in enumerate((15, 55, 210)) if mask >> index & 1))
    end = None if primaries is None else bits.at
    return Head(width, height, orientation, animation, extras, is_xyb, end, primaries or SRGB)


def _size(bits: Bits) -> tuple[int, int]:
    is_small = bits.flag()
    height = (bits.u(5) + 1) * 8 if is_small else bits.u32(_SIDE)
    ratio = bits.u(3)
    if ratio:
        over, under = _RATIOS[ratio - 1]
        return height * over // under, height
    return (bits.u(5) + 1) * 8 if is_small else bits.u32(_SIDE), height


def _animation(bits: Bits) -> Animation:
    start = bits.at
    ticks = bits.u32(((100, 0), (1000, 0), (1, 10), (1, 30)))
    seconds = bits.u32(((1, 0), (1001, 0), (1, 8), (1, 10)))
    loops = bits.u32(((0, 0), (0, 3), (0, 16), (0, 32)))
    return Animation(ticks, seconds, loops, bits.flag(), start, bits.at)


def _bit_depth(bits: Bits) -> None:
    if bits.flag():
        bits.u32(((32, 0), (16, 0), (24, 0), (1, 6)))
        bits.skip(4)
    else:
        bits.u32(((8, 0), (10, 0), (12, 0), (1, 6)))


def _extra(bits: Bits) -> int:
    """The kind of an extra channel."""
    if bits.flag():
        return _ALPHA
    kind = bits.u32(_ENUM)
    _bit_depth(bits)
    bits.u32(((0, 0), (3, 0), (4, 0), (1, 3)))
    bits.skip(8 * bits.u32(_NAME))
    if kind == _ALPHA:
        bits.skip(1)
    elif kind == _SPOT:
        bits.skip(4 * 16)
    elif kind == _CFA:
        bits.u32(((1, 0), (0, 2), (3, 4), (19, 8)))
    return kind


def _color(bits: Bits) -> int | None:
    """The primaries of the colour encoding; None where a profile follows the header."""
    if bits.flag():
        return SRGB
    if bits.flag():
        bits.u32(_ENUM)
        return None
    grey, xyb, custom = 1, 2, 2
    space, primaries = bits.u32(_ENUM), SRGB
    if space != xyb:
        if bits.u32(_ENUM) == custom:
            _points(bits, 1)
        if space != grey:
            primaries = bits.u32(_ENUM)
            if primaries == custom:
                _points(bits, 3)
        if bits.flag():
            bits.skip(24)
        else:
            bits.u32(_ENUM)
    bits.u32(_ENUM)
    return primaries


def _points(bits: Bits, count: int) -> None:
    for _ in range(2 * count):
        bits.u32(((0, 19), (524288, 19), (1048576, 20), (2097152, 21)))


def frames_of(data: bytes, head: Head) -> list[Frame]:
    """All frames, from their headers alone. Raises Unreadable where they cannot be followed, EOFError where they end
    too early."""
    if head.end is None:
        raise Unreadable
    frames: list[Frame] = []
    at = (head.end + 7) // 8 * 8
    while not frames or not frames[-1].is_last:
        if len(frames) >= FRAMES_MAX:
            raise Unreadable
        frames.append(_frame(data, at, head))
        at = frames[-1].end
    return frames


def _frame(data: bytes, start: int, head: Head) -> Frame:
    bits = Bits(data, start)
    kind, is_modular, flags, factor, shift, passes = _REGULAR, False, 0, 1, 1, 1
    width, height, is_partial, level = head.width, head.height, False, 0
    duration = (0, start, start)
    is_last = True
    if not bits.flag():
        kind, is_modular, flags = bits.u(2), bits.flag(), bits.u64()
        is_ycc = not head.is_xyb and bits.flag()
        if not flags & _USES_LF_FRAME:
            bits.skip(6 if is_ycc else 0)
            factor = bits.u32(_FACTOR)
            for _ in head.extras:
                bits.u32(_FACTOR)
        if is_modular:
            shift = bits.u(2)
        elif head.is_xyb:
            bits.skip(6)
        if kind != _REFERENCE:
            passes = _passes(bits)
        if kind == _LF:
            level = 1 + bits.u(2)
        elif bits.flag():
            left, top = (bits.u32(_ORIGIN), bits.u32(_ORIGIN)) if kind in {_REGULAR, _SKIP} else (0, 0)
            width, height = bits.u32(_ORIGIN), bits.u32(_ORIGIN)
            is_partial = (left, top) != (0, 0) or width < head.width or height < head.height
        is_normal = kind in {_REGULAR, _SKIP}
        mode = 0
        if is_normal:
            mode = _blending(bits, head, is_partial=is_partial)
            for _ in head.extras:
                _blending(bits, head, is_partial=is_partial)
            if head.animation is not None:
                before = bits.at
                duration = (bits.u32(_DURATION), before, bits.at)
                bits.skip(32 if head.animation.has_timecodes else 0)
        is_last = bits.flag() if is_normal else False
        kept_as = bits.u(2) if kind != _LF and not is_last else 0
        can_be_used = not is_last and kind != _LF and (duration[0] == 0 or kept_as != 0)
        if kind == _REFERENCE or (can_be_used and mode == 0 and not is_partial and is_normal):
            bits.skip(1)
        bits.skip(8 * bits.u32(_NAME))
        _filter(bits, is_modular=is_modular)
        bits.extensions()
    if bits.flag():
        raise Unreadable
    sections_at = bits.at
    bits.align()
    scale = factor << (3 * level)
    count = _sections(-(-width // scale), -(-height // scale), shift, passes)
    length = sum(bits.u32(_SECTION) for _ in range(count))
    bits.align()
    end = bits.at + 8 * length
    if end > 8 * len(data):
        raise EOFError
    is_shown = kind in {_REGULAR, _SKIP} and (duration[0] > 0 or is_last)
    return Frame(start, duration[1], duration[2], sections_at, end, duration[0], is_last, is_shown)


def _passes(bits: Bits) -> int:
    count = bits.u32(((1, 0), (2, 0), (3, 0), (4, 3)))
    if count > 1:
        smaller = bits.u32(((0, 0), (1, 0), (2, 0), (3, 1)))
        bits.skip(2 * (count - 1))
        for _ in range(smaller):
            bits.u32(_FACTOR)
        for _ in range(smaller):
            bits.u32(((0, 0), (1, 0), (2, 0), (0, 3)))
    return count


def _blending(bits: Bits, head: Head, *, is_partial: bool) -> int:
    replace, blend, weighted, multiply = 0, 2, 3, 4
    mode = bits.u32(((0, 0), (1, 0), (2, 0), (3, 2)))
    uses_alpha = bool(head.extras) and mode in {blend, weighted}
    if uses_alpha and len(head.extras) > 1:
        bits.u32(((0, 0), (1, 0), (2, 0), (3, 3)))
    if uses_alpha or mode == multiply:
        bits.skip(1)
    if mode != replace or is_partial:
        bits.skip(2)
    return mode


def _filter(bits: Bits, *, is_modular: bool) -> None:
    if bits.flag():
        return
    if bits.flag() and bits.flag():
        bits.skip(6 * 16)
    if bits.u(2):
        if not is_modular and bits.flag():
            bits.skip(8 * 16)
        if bits.flag():
            bits.skip(5 * 16)
        if bits.flag():
            bits.skip((3 if is_modular else 4) * 16)
        if is_modular:
            bits.skip(16)
    bits.extensions()


def _sections(width: int, height: int, shift: int, passes: int) -> int:
    side = 128 << shift
    groups = -(-width // side) * -(-height // side)
    large = -(-width // (8 * side)) * -(-height // (8 * side))
    count = 1 if groups == passes == 1 else 2 + large + groups * passes
    if count > 1_000_000:
        raise Unreadable
    return count


def retimed(data: bytes, delays_ms: tuple[int, ...], loops: int) -> bytes:
    """The same frames, each shown as long as said. Raises Unreadable for what our own encoder does not write."""
    head = head_of(data)
    frames = frames_of(data, head)
    old = head.animation
    if old is None or head.end is None or len(frames) != len(delays_ms) or old.has_timecodes:
        raise Unreadable
    # A thousand ticks a second; the count of the shows in 16 bits.
    animation = "".join((_low_first(1, 2), _low_first(0, 2), _low_first(2, 2), _low_first(loops, 16), "0"))
    written = _packed(_text(data, 0, old.start) + animation + _text(data, old.end, head.end))
    for frame, delay_ms in zip(frames, delays_ms, strict=True):
        duration = _low_first(3, 2) + _low_first(delay_ms, 32)
        start = _text(data, frame.start, frame.duration_start)
        written += _packed(start + duration + _text(data, frame.duration_end, frame.sections_at))
        written += data[(frame.sections_at + 7) // 8 : frame.end // 8]
    return written


def _text(data: bytes, start: int, end: int) -> str:
    """Bits as letters, in the order in which they are read."""
    bits = Bits(data, start)
    return _low_first(bits.u(end - start), end - start)


def _low_first(value: int, count: int) -> str:
    return format(value, f"0{count}b")[::-1] if count else ""


def _packed(text: str) -> bytes:
    return int(text[::-1] or "0", 2).to_bytes((len(text) + 7) // 8, "little")
