"""What the demo's pictures are made of: light, hills, houses, trees, people, lanterns."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

from portal.demo.canvas import HEIGHT, WIDTH, Canvas, Colour, Point, mix, rgb

WHITE = rgb("fffaf0")
RED = rgb("a61b29")
INK = rgb("2b2523")


@dataclass(frozen=True)
class Palette:
    """Light of one hour: sky above and below, sun, far and near hills, town, ground, leaves."""

    sky: Colour
    glow: Colour
    sun: Colour
    far: Colour
    near: Colour
    town: Colour
    ground: Colour
    leaf: Colour


def _palette(codes: str) -> Palette:
    return Palette(*(rgb(code) for code in codes.split()))


PALETTES = {
    "dawn": _palette("f3c9a5 fdf0df e8705a cdb9a6 a5957f 5f564d 4a433d 7d8b62"),
    "day": _palette("a9cfe4 eef6f4 fff3c9 b5ccc6 87aa94 7b8794 5e6b62 5d8a57"),
    "dusk": _palette("6d5a7e f2b28c f7d37e 8d7389 67566c 453b50 332c3d 4f5a4d"),
    "night": _palette("18243f 41547c f6eccd 2e3f60 233250 141d33 0f1626 1f3a38"),
    "spring": _palette("bcdcd9 fbf3e6 ffe3b0 c9d8bd 9fc08f 8a8f8a 6d7a62 7fae6a"),
    "autumn": _palette("e4c48b fbf1da e27a3f d2b48a b5834f 7a5a44 5b4636 c9762f"),
    "winter": _palette("bccbd8 f2f5f6 fbe9d0 d4dde3 aebcc6 76838f eef2f4 7b8f8a"),
}


class Scene:
    """A canvas with the things our pictures are made of. `chance` is seeded: same each time."""

    def __init__(self, palette: Palette, seed: int) -> None:
        self.canvas = Canvas()
        self.palette = palette
        self.chance = random.Random(seed)  # noqa: S311 - drawing, not secrets

    def sky(self, sun: tuple[float, float] | None = (0.72, 0.3), size: float = 110) -> None:
        self.canvas.gradient(self.palette.sky, self.palette.glow)
        if sun:
            x, y = sun[0] * WIDTH, sun[1] * HEIGHT
            for ring in (3, 2):
                halo = mix(self.palette.glow, self.palette.sun, 0.16 / ring + 0.04)
                self.canvas.disc(x, y, size * (1 + 0.28 * (ring - 1)), halo)
            self.canvas.disc(x, y, size, self.palette.sun)

    def clouds(self, count: int = 3) -> None:
        colour = mix(self.palette.glow, WHITE, 0.6)
        for _ in range(count):
            x, y = self.chance.uniform(0.05, 0.9) * WIDTH, self.chance.uniform(0.08, 0.32) * HEIGHT
            size = self.chance.uniform(34, 58)
            for at, big in ((-1.5, 0.7), (-0.5, 1.0), (0.6, 1.2), (1.6, 0.75)):
                self.canvas.disc(x + at * size, y - (big - 0.7) * size * 0.6, size * big, colour)
            self.canvas.box(x - 2.2 * size, y, 4.6 * size, size * 0.7, colour)

    def hills(self, base: float, height: float, colour: Colour, peaks: float) -> None:
        """A ridge along the picture whose foot is at `base` (share of the height)."""
        shift = self.chance.uniform(0, 6)
        ridge: list[Point] = []
        for step in range(121):
            at = step / 120
            wave = 0.55 * math.sin(at * peaks * 3.1 + shift) + 0.3 * math.sin(at * peaks * 7.3)
            wave += 0.15 * math.sin(at * peaks * 13 + shift * 2)
            ridge.append((at * WIDTH, (base - height * (wave + 1) / 2) * HEIGHT))
        self.canvas.polygon([(0, HEIGHT), *ridge, (WIDTH, HEIGHT)], colour)

    def ground(self, top: float, colour: Colour | None = None) -> None:
        self.canvas.box(0, top * HEIGHT, WIDTH, HEIGHT, colour or self.palette.ground)

    def skyline(self, foot: float, tallest: float, lit: bool = False) -> None:
        x = -40.0
        while x < WIDTH:
            width = self.chance.uniform(90, 210)
            tall = self.chance.uniform(0.3, 1) * tallest * HEIGHT
            shade = mix(self.palette.town, self.palette.near, self.chance.uniform(0, 0.45))
            self.house(x, foot * HEIGHT, width, tall, shade, lit)
            x += width + self.chance.choice((-20, 0, 12, 60))

    def house(
        self, x: float, foot: float, width: float, tall: float, shade: Colour, lit: bool
    ) -> None:
        self.canvas.box(x, foot - tall, width, tall, shade)
        if self.chance.random() < 0.3:
            self.canvas.box(x + width * 0.42, foot - tall - 46, 10, 46, shade)
        pane = mix(shade, rgb("ffd98a") if lit else self.palette.glow, 0.75 if lit else 0.3)
        for row in range(int(tall // 62)):
            for column in range(int(width // 48)):
                if self.chance.random() < (0.55 if lit else 0.8):
                    left, top = x + 18 + column * 46, foot - tall + 24 + row * 60
                    self.canvas.box(left, top, 22, 30, pane)

    def tree(self, x: float, foot: float, size: float, colour: Colour | None = None) -> None:
        leaf = colour or self.palette.leaf
        self.canvas.box(x - size * 0.06, foot - size, size * 0.12, size, self.palette.town)
        for dx, dy, big in ((0, 1.25, 0.46), (-0.3, 0.95, 0.36), (0.3, 0.98, 0.38)):
            tone = mix(leaf, self.palette.glow, 0.1 if dx > 0 else 0)
            self.canvas.disc(x + dx * size, foot - dy * size, big * size, tone)

    def trees(self, foot: float, count: int, size: float) -> None:
        for number in range(count):
            at = (number + self.chance.uniform(0.25, 0.75)) / count
            self.tree(at * WIDTH, foot * HEIGHT, size * self.chance.uniform(0.8, 1.2))

    def person(self, x: float, foot: float, tall: float, coat: Colour, vest: bool = False) -> None:
        skin, hair = rgb("e6bb98"), rgb("3a2f2b")
        width = tall * 0.3
        for side in (-0.62, 0.12):
            self.canvas.box(
                x + side * width * 0.7, foot - tall * 0.42, width * 0.34, tall * 0.42, INK
            )
        self.canvas.pill(x - width / 2, foot - tall * 0.78, width, tall * 0.42, coat)
        if vest:
            band = mix(coat, WHITE, 0.85)
            self.canvas.box(x - width / 2, foot - tall * 0.52, width, tall * 0.035, band)
            self.canvas.box(x - width * 0.05, foot - tall * 0.76, width * 0.1, tall * 0.4, band)
        self.canvas.disc(x, foot - tall * 0.9, tall * 0.1, hair)
        self.canvas.disc(x, foot - tall * 0.87, tall * 0.088, skin)
        if vest:  # volunteers wear a red cap
            self.canvas.disc(x, foot - tall * 0.95, tall * 0.092, RED, flat=0.5)
            brim = mix(RED, INK, 0.25)
            self.canvas.box(x - tall * 0.1, foot - tall * 0.925, tall * 0.2, tall * 0.02, brim)

    def people(self, foot: float, count: int, tall: float, vest: bool = True) -> None:
        coats = [RED, rgb("c98a2b"), rgb("3f6b7d"), rgb("58764d"), rgb("7c4d6e")]
        for number in range(count):
            at = (number + 0.5 + self.chance.uniform(-0.18, 0.18)) / count
            size = tall * self.chance.uniform(0.88, 1.08)
            coat = RED if vest else self.chance.choice(coats)
            self.person((0.08 + at * 0.84) * WIDTH, foot * HEIGHT, size, coat, vest)

    def lantern(self, x: float, y: float, size: float) -> None:
        gold = rgb("f0c25a")
        self.canvas.box(x - 2, 0, 5, y, mix(self.palette.town, INK, 0.4))
        self.canvas.disc(x, y + size, size * 1.12, RED, flat=0.86)
        self.canvas.disc(x, y + size, size * 0.62, mix(RED, rgb("ff7a4d"), 0.45), flat=1.5)
        for top in (0.06, 1.82):
            self.canvas.box(x - size * 0.42, y + top * size, size * 0.84, size * 0.14, gold)
        self.canvas.box(x - 4, y + size * 1.96, 8, size * 0.8, gold)
