"""The demo's pictures: flat landscapes and street scenes, each drawn by a recipe and a palette."""

from __future__ import annotations

from collections.abc import Callable

from portal.demo.canvas import HEIGHT, WIDTH, mix, rgb
from portal.demo.scene import INK, PALETTES, RED, WHITE, Scene


def skyline(s: Scene, lit: bool = False) -> None:
    s.sky()
    s.clouds(0 if lit else 3)
    s.hills(0.74, 0.34, s.palette.far, 2.2)
    s.hills(0.8, 0.24, s.palette.near, 1.6)
    s.skyline(0.86, 0.44, lit)
    s.ground(0.86)
    s.trees(0.89, 11, 76)


def park(s: Scene) -> None:
    s.sky((0.24, 0.26), 92)
    s.clouds(4)
    s.hills(0.62, 0.26, s.palette.far, 1.5)
    s.hills(0.66, 0.14, s.palette.near, 2.4)
    s.ground(0.64, mix(s.palette.leaf, s.palette.glow, 0.35))
    water = mix(s.palette.sky, s.palette.near, 0.25)
    s.canvas.disc(0.55 * WIDTH, 0.82 * HEIGHT, 820, water, flat=0.2)
    for _ in range(7):
        x, y = s.chance.uniform(0.3, 0.75) * WIDTH, s.chance.uniform(0.74, 0.9) * HEIGHT
        s.canvas.box(x, y, s.chance.uniform(60, 190), 5, mix(water, WHITE, 0.5))
    for at, size in ((0.08, 250), (0.17, 180), (0.86, 270), (0.95, 190)):
        s.tree(at * WIDTH, 0.76 * HEIGHT, size)
    s.people(0.95, 4, 190, vest=False)


def crossing(s: Scene) -> None:
    s.sky((0.82, 0.2), 84)
    s.hills(0.6, 0.2, s.palette.far, 2)
    s.skyline(0.66, 0.42)
    s.trees(0.68, 9, 120)
    s.ground(0.66, mix(s.palette.ground, s.palette.glow, 0.25))
    s.ground(0.71, mix(s.palette.ground, INK, 0.25))
    for number in range(9):
        x = (0.14 + number * 0.085) * WIDTH
        s.canvas.polygon(
            [(x, 0.74 * HEIGHT), (x + 90, 0.74 * HEIGHT), (x + 60, HEIGHT), (x - 60, HEIGHT)], WHITE
        )
    for at in (0.09, 0.91):
        s.canvas.box(at * WIDTH, 0.36 * HEIGHT, 16, 0.36 * HEIGHT, INK)
        s.canvas.pill(at * WIDTH - 22, 0.3 * HEIGHT, 60, 150, INK)
        for light, code in ((0.335, "553a36"), (0.368, "57482f"), (0.4, "6fce76")):
            s.canvas.disc(at * WIDTH + 8, light * HEIGHT, 15, rgb(code))
    s.people(0.93, 3, 300)


def festival(s: Scene) -> None:
    s.sky((0.5, 0.44), 170)
    s.hills(0.76, 0.2, s.palette.far, 1.8)
    s.skyline(0.82, 0.26, lit=True)
    s.ground(0.82)
    for number in range(7):
        x = (0.06 + number * 0.147) * WIDTH
        s.lantern(x, s.chance.uniform(0.05, 0.22) * HEIGHT, s.chance.uniform(62, 92))
    s.people(0.97, 7, 230, vest=False)


def conference(s: Scene) -> None:
    wall = mix(s.palette.glow, s.palette.near, 0.25)
    s.canvas.gradient(mix(wall, WHITE, 0.5), wall)
    s.canvas.box(0.16 * WIDTH, 0.1 * HEIGHT, 0.68 * WIDTH, 0.42 * HEIGHT, RED)
    s.canvas.box(0.175 * WIDTH, 0.125 * HEIGHT, 0.65 * WIDTH, 0.37 * HEIGHT, mix(RED, INK, 0.12))
    for number, width in enumerate((0.44, 0.3)):
        top = (0.22 + number * 0.11) * HEIGHT
        s.canvas.box(
            (0.5 - width / 2) * WIDTH, top, width * WIDTH, 34, mix(RED, rgb("ffe7c2"), 0.85)
        )
    for number in range(4):
        x = (0.26 + number * 0.16) * WIDTH
        coat = (rgb("2f3a4a"), rgb("4a3540"), rgb("33473f"), rgb("3c3c46"))[number]
        s.person(x, 0.98 * HEIGHT, 560, coat)
    s.canvas.box(0.12 * WIDTH, 0.76 * HEIGHT, 0.76 * WIDTH, 0.24 * HEIGHT, rgb("7b4b32"))
    s.canvas.box(0.12 * WIDTH, 0.76 * HEIGHT, 0.76 * WIDTH, 26, rgb("a56b48"))
    for number in range(4):
        x = (0.26 + number * 0.16) * WIDTH
        s.canvas.box(x - 90, 0.7 * HEIGHT, 180, 0.06 * HEIGHT, WHITE)
        s.canvas.box(x - 60, 0.722 * HEIGHT, 120, 14, RED)
        s.canvas.box(x + 120, 0.68 * HEIGHT, 7, 0.08 * HEIGHT, INK)
        s.canvas.disc(x + 123, 0.675 * HEIGHT, 16, INK)
    for number in range(9):
        s.canvas.disc((0.04 + number * 0.116) * WIDTH, 1.01 * HEIGHT, 76, mix(INK, wall, 0.12))


def lecture(s: Scene) -> None:
    wall = mix(s.palette.glow, s.palette.leaf, 0.18)
    s.canvas.gradient(mix(wall, WHITE, 0.45), wall)
    s.canvas.box(0.3 * WIDTH, 0.12 * HEIGHT, 0.4 * WIDTH, 0.36 * HEIGHT, rgb("3f5b50"))
    for number, width in enumerate((0.26, 0.2, 0.23)):
        s.canvas.box(
            0.34 * WIDTH, (0.19 + number * 0.08) * HEIGHT, width * WIDTH, 16, mix(wall, WHITE, 0.7)
        )
    for at in (0.06, 0.82):
        s.canvas.box(at * WIDTH, 0.14 * HEIGHT, 0.12 * WIDTH, 0.3 * HEIGHT, s.palette.sky)
        s.canvas.box((at + 0.057) * WIDTH, 0.14 * HEIGHT, 10, 0.3 * HEIGHT, WHITE)
    s.person(0.76 * WIDTH, 0.76 * HEIGHT, 420, rgb("7c4d6e"))
    s.ground(0.74, mix(s.palette.near, rgb("b98a5e"), 0.5))
    for row in range(3):
        for number in range(8):
            x = (0.07 + number * 0.123 + (row % 2) * 0.05) * WIDTH
            coat = s.chance.choice([RED, rgb("c98a2b"), rgb("3f6b7d"), rgb("58764d")])
            y = (0.74 + row * 0.11) * HEIGHT
            s.canvas.pill(x - 66, y + 66, 132, 200, coat)
            s.canvas.disc(x, y + 30, 48, rgb("3a2f2b"))


def volunteers(s: Scene) -> None:
    s.sky((0.16, 0.22), 100)
    s.clouds(3)
    s.hills(0.6, 0.22, s.palette.far, 2.4)
    s.skyline(0.66, 0.3)
    s.ground(0.66, mix(s.palette.leaf, s.palette.glow, 0.2))
    s.ground(0.74, mix(s.palette.glow, s.palette.ground, 0.35))
    s.trees(0.75, 6, 150)
    s.people(0.96, 8, 400)
    pole = 0.47 * WIDTH
    s.canvas.box(pole, 0.2 * HEIGHT, 12, 0.76 * HEIGHT, s.palette.town)
    flag = [(pole + 12, 0.2), (pole + 300, 0.225), (pole + 270, 0.29), (pole + 300, 0.355)]
    s.canvas.polygon([*((x, y * HEIGHT) for x, y in flag), (pole + 12, 0.33 * HEIGHT)], RED)


def market(s: Scene) -> None:
    s.sky((0.85, 0.18), 80)
    s.hills(0.55, 0.2, s.palette.far, 2)
    s.skyline(0.62, 0.36)
    s.ground(0.62, mix(s.palette.glow, s.palette.ground, 0.3))
    for number in range(4):
        x = (0.03 + number * 0.245) * WIDTH
        for post in (10, 470):
            s.canvas.box(x + post, 0.42 * HEIGHT, 14, 0.42 * HEIGHT, s.palette.town)
        for stripe in range(8):
            left = x - 14 + stripe * 65
            colour = WHITE if stripe % 2 else (RED, s.palette.leaf)[number % 2]
            s.canvas.polygon(
                [(left + 16, 0.36 * HEIGHT), (left + 70, 0.36 * HEIGHT),
                 (left + 65, 0.45 * HEIGHT), (left, 0.45 * HEIGHT)], colour
            )  # fmt: skip
            s.canvas.disc(left + 32, 0.45 * HEIGHT, 32, colour, flat=0.7)
        s.canvas.box(x, 0.7 * HEIGHT, 495, 0.14 * HEIGHT, rgb("9a6b45"))
        for fruit in range(14):
            tone = s.chance.choice(["d8543f", "e4a23f", "7fae6a", "8a4f7d"])
            s.canvas.disc(x + 30 + fruit * 33, 0.69 * HEIGHT - (fruit % 3) * 16, 25, rgb(tone))
    s.people(0.98, 5, 330, vest=False)


def bridge(s: Scene) -> None:
    s.sky((0.66, 0.28), 130)
    s.clouds(2)
    s.hills(0.66, 0.3, s.palette.far, 1.9)
    s.hills(0.7, 0.16, s.palette.near, 2.7)
    water = mix(s.palette.sky, s.palette.near, 0.35)
    s.ground(0.68, water)
    for _ in range(26):
        x, y = s.chance.uniform(0, 0.95) * WIDTH, s.chance.uniform(0.7, 0.99) * HEIGHT
        s.canvas.box(x, y, s.chance.uniform(50, 220), 5, mix(water, WHITE, 0.35))
    stone = mix(s.palette.town, s.palette.glow, 0.25)
    deck = [(at / 40, 0.5 + 0.64 * (at / 40 - 0.5) ** 2) for at in range(41)]
    top = [(at * WIDTH, high * HEIGHT) for at, high in deck]
    s.canvas.polygon([*top, (WIDTH, 0.74 * HEIGHT), (0, 0.74 * HEIGHT)], stone)
    for at, size in ((0.18, 170), (0.5, 260), (0.82, 170)):
        s.canvas.disc(at * WIDTH, 0.75 * HEIGHT, size, mix(stone, WHITE, 0.25), flat=0.82)
        s.canvas.disc(at * WIDTH, 0.755 * HEIGHT, size - 16, water, flat=0.82)
    for x, y in top[::2]:
        s.canvas.box(x - 5, y - 62, 10, 66, stone)
    rail = [(x, y - 64) for x, y in top]
    s.canvas.polygon([*rail, *((x, y + 10) for x, y in reversed(rail))], stone)
    s.canvas.box(0, 0.74 * HEIGHT, WIDTH, 0.035 * HEIGHT, mix(water, stone, 0.3))


def library(s: Scene) -> None:
    wall = mix(s.palette.glow, rgb("e9d3b0"), 0.5)
    s.canvas.gradient(mix(wall, WHITE, 0.4), wall)
    for shelf in range(3):
        top = (0.1 + shelf * 0.2) * HEIGHT
        x = 0.06 * WIDTH
        while x < 0.93 * WIDTH:
            width, tall = s.chance.uniform(22, 52), s.chance.uniform(0.1, 0.16) * HEIGHT
            tone = s.chance.choice(["a61b29", "c98a2b", "3f6b7d", "58764d", "7c4d6e", "d8c3a0"])
            s.canvas.box(x, top + 0.165 * HEIGHT - tall, width, tall, rgb(tone))
            x += width + s.chance.choice((3, 3, 3, 40))
        s.canvas.box(0.04 * WIDTH, top + 0.165 * HEIGHT, 0.92 * WIDTH, 22, rgb("8a5f3f"))
    s.ground(0.84, rgb("b98a5e"))
    for number in range(4):
        x = (0.2 + number * 0.2 + s.chance.uniform(-0.02, 0.02)) * WIDTH
        coat = s.chance.choice(["a61b29", "c98a2b", "3f6b7d", "58764d", "7c4d6e"])
        s.person(x, 1.09 * HEIGHT, s.chance.uniform(500, 590), rgb(coat))
    s.canvas.box(0.05 * WIDTH, 0.88 * HEIGHT, 0.9 * WIDTH, 0.12 * HEIGHT, rgb("7b4b32"))
    s.canvas.box(0.05 * WIDTH, 0.88 * HEIGHT, 0.9 * WIDTH, 22, rgb("a56b48"))
    for number in range(4):
        x, y = (0.2 + number * 0.2) * WIDTH, 0.875 * HEIGHT
        for side in (-1, 1):
            s.canvas.polygon(
                [(x, y), (x, y - 46), (x + side * 104, y - 72), (x + side * 104, y - 26)], WHITE
            )
        s.canvas.box(x - 3, y - 46, 6, 46, mix(WHITE, INK, 0.25))


def snow(s: Scene) -> None:
    skyline(s)
    for _ in range(420):
        x, y = s.chance.uniform(0, 1) * WIDTH, s.chance.uniform(0, 1) * HEIGHT
        s.canvas.disc(x, y, s.chance.uniform(3, 8), WHITE)


def night(s: Scene) -> None:
    skyline(s, lit=True)


RECIPES: dict[str, Callable[[Scene], None]] = {
    "skyline": skyline,
    "night": night,
    "park": park,
    "crossing": crossing,
    "festival": festival,
    "conference": conference,
    "lecture": lecture,
    "volunteers": volunteers,
    "market": market,
    "bridge": bridge,
    "library": library,
    "snow": snow,
}


def draw(recipe: str, palette: str, seed: int) -> bytes:
    """A PNG of WIDTH × HEIGHT pixels; the same bytes for the same recipe, palette and seed."""
    scene = Scene(PALETTES[palette], seed)
    RECIPES[recipe](scene)
    return scene.canvas.png()
