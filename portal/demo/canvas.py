"""A canvas in plain Python: flat shapes on a plane of pixels, saved as PNG.

Pictures are drawn larger than they are shown; their reduction on storing smooths the edges.
"""

from __future__ import annotations

import math
import struct
import zlib
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

WIDTH, HEIGHT = 2400, 1350

Colour = tuple[int, int, int]
Point = tuple[float, float]


def rgb(code: str) -> Colour:
    """(166, 27, 41) for "a61b29"."""
    return int(code[:2], 16), int(code[2:4], 16), int(code[4:], 16)


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """`share` 0 is `one`, 1 is `other`."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


class Canvas:
    def __init__(self) -> None:
        self.rows = [bytearray(WIDTH * 3) for _ in range(HEIGHT)]

    def span(self, y: int, left: float, right: float, colour: Colour) -> None:
        """One row from left to right; the two end pixels are blended with what is there."""
        if not 0 <= y < HEIGHT or right <= 0 or left >= WIDTH or right <= left:
            return
        left, right = max(0.0, left), min(float(WIDTH), right)
        first, last = math.ceil(left), math.floor(right)
        row = self.rows[y]
        if last > first:
            row[first * 3 : last * 3] = bytes(colour) * (last - first)
        for x, share in ((first - 1, first - left), (last, right - last)):
            if share > 0 and 0 <= x < WIDTH:
                at = x * 3
                for part in range(3):
                    row[at + part] = round(row[at + part] * (1 - share) + colour[part] * share)

    def gradient(self, top: Colour, bottom: Colour, until: int = HEIGHT, since: int = 0) -> None:
        for y in range(since, until):
            colour = mix(top, bottom, (y - since) / (until - since))
            self.rows[y] = bytearray(bytes(colour) * WIDTH)

    def box(self, x: float, y: float, width: float, height: float, colour: Colour) -> None:
        """The row is made once, so that a large box costs little more than copying."""
        top, bottom = max(0, round(y)), min(HEIGHT, round(y + height))
        left, right = max(0, math.ceil(x)), min(WIDTH, math.floor(x + width))
        if right > left:
            line = bytes(colour) * (right - left)
            for row in self.rows[top:bottom]:
                row[left * 3 : right * 3] = line
        edges = [(x, min(left, x + width)), (max(right, x), x + width)]
        for begin, end in edges if right > left else [(x, x + width)]:
            if end - begin > 0.01:
                for number in range(top, bottom):
                    self.span(number, begin, end, colour)

    def disc(self, x: float, y: float, radius: float, colour: Colour, flat: float = 1.0) -> None:
        """A circle, or with `flat` < 1 an ellipse that much lower."""
        high = radius * flat
        for row in range(math.floor(y - high), math.ceil(y + high) + 1):
            off = (row + 0.5 - y) / high
            if abs(off) < 1:
                half = radius * math.sqrt(1 - off * off)
                self.span(row, x - half, x + half, colour)

    def pill(self, x: float, y: float, width: float, height: float, colour: Colour) -> None:
        """A box with round ends above and below, as a shoulder or a leaf."""
        radius = min(width, height) / 2
        self.disc(x + width / 2, y + radius, radius, colour)
        self.box(x, y + radius, width, height - radius, colour)

    def polygon(self, points: Sequence[Point], colour: Colour) -> None:
        cuts: defaultdict[int, list[float]] = defaultdict(list)
        for (x, y), (to_x, to_y) in pairwise([*points, points[0]]):
            slope = (to_x - x) / (to_y - y) if to_y != y else 0
            first, last = math.ceil(min(y, to_y) - 0.5), math.ceil(max(y, to_y) - 0.5)
            for row in range(max(0, first), min(HEIGHT, last)):
                cuts[row].append(x + (row + 0.5 - y) * slope)
        for row, found in cuts.items():
            found.sort()
            for left, right in zip(found[::2], found[1::2], strict=True):
                self.span(row, left, right, colour)

    def png(self) -> bytes:
        return png(self.rows, WIDTH)


def png(rows: Sequence[bytes | bytearray], width: int) -> bytes:
    """A PNG file of rows of RGB pixels."""
    raw = b"".join(b"\0" + row for row in rows)
    head = struct.pack(">IIBBBBB", width, len(rows), 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(raw, 1)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
