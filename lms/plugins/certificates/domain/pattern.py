"""The column of tiles and the rosette, drawn from the code: an ornament and a check at a glance, not a proof."""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

TILES = 24
CURVES = 16
STEPS = 11
"""Bézier pieces for each petal of a curve."""

Colour = Literal["pillar", "petrol", "marigold"]
_COLOURS: tuple[Colour, ...] = ("pillar", "petrol", "pillar", "marigold")

INK: dict[Colour, str] = {"pillar": "#0c4a5b", "petrol": "#0c4a5b", "marigold": "#f2b630"}
PILLARS = {
    "digital": "#184b90",
    "physical": "#a86e00",
    "wellbeing": "#1c5c40",
    "empowerment": "#b0402f",
    "integrated": "#683d84",
}


@dataclass(frozen=True)
class Tile:
    """One leaf: its colour, and whether it leans to the other side."""

    colour: Colour
    flip: bool


def _hash(code: str) -> bytes:
    return hashlib.sha256(code.encode("ascii")).digest()


def tiles(code: str) -> tuple[Tile, ...]:
    """Return 24 tiles, two by two from the top: colour from two bits each, lean from one, of SHA-256(code)."""
    bits = int.from_bytes(_hash(code), "big")
    triples = [(bits >> (253 - 3 * number)) & 0b111 for number in range(TILES)]
    return tuple(Tile(_COLOURS[triple >> 1], bool(triple & 1)) for triple in triples)


def leaf(number: int, *, flip: bool) -> str:
    """Return the path of one leaf in a column of two tiles, each 17.5 wide with a margin of 1.1."""
    side, margin = 17.5, 1.1
    left, top = (number % 2) * side + margin, (number // 2) * side + margin
    right, bottom = left + side - 2 * margin, top + side - 2 * margin
    radius = side - 2 * margin
    start, end = ((right, top), (left, bottom)) if flip else ((left, top), (right, bottom))
    arc = f"A{radius:.2f} {radius:.2f} 0 0 1"
    return f"M{start[0]:.2f} {start[1]:.2f}{arc} {end[0]:.2f} {end[1]:.2f}{arc} {start[0]:.2f} {start[1]:.2f}Z"


def _point(angle: float, petals: int, turn: float) -> tuple[float, float, float, float]:
    """Return a point of the curve and its direction."""
    first, second = petals * angle + turn, 2 * petals * angle - 2 * turn
    radius = 64 + 17 * math.cos(first) + 8 * math.cos(second)
    growth = -17 * petals * math.sin(first) - 16 * petals * math.sin(second)
    cos, sin = math.cos(angle), math.sin(angle)
    return 95 + radius * cos, 95 + radius * sin, growth * cos - radius * sin, growth * sin + radius * cos


def _curve(petals: int, turn: float) -> str:
    pieces = petals * STEPS
    step = 2 * math.pi / pieces
    x, y, dx, dy = _point(0, petals, turn)
    path = [f"M{x:.1f} {y:.1f}"]
    for number in range(1, pieces + 1):
        nx, ny, ndx, ndy = _point(number * step, petals, turn)
        third = step / 3
        path.append(
            f"C{x + dx * third:.1f} {y + dy * third:.1f} {nx - ndx * third:.1f} {ny - ndy * third:.1f} {nx:.1f} {ny:.1f}"
        )
        x, y, dx, dy = nx, ny, ndx, ndy
    return "".join(path) + "Z"


def rosette(code: str) -> str:
    """Return the path of 16 closed curves with 6 to 10 petals, the number taken from SHA-256(code)."""
    petals = 6 + _hash(code)[31] % 5
    return "".join(_curve(petals, 2 * math.pi * number / CURVES) for number in range(CURVES))


def column_svg(code: str, pillar: str) -> bytes:
    """Return the column of tiles as a picture; an empty pillar (a discreet certificate) is drawn in petrol."""
    ink = INK | {"pillar": PILLARS.get(pillar, INK["petrol"])}
    leaves = "".join(
        f'<path fill="{ink[tile.colour]}" d="{leaf(number, flip=tile.flip)}"/>'
        for number, tile in enumerate(tiles(code))
    )
    return _svg("35 210", f'<path fill="#e9f0ef" d="M0 0h35v210H0z"/>{leaves}')


def rosette_svg(code: str) -> bytes:
    """Return the rosette as a picture."""
    return _svg(
        "190 190",
        f'<path fill="none" stroke="#a86e00" stroke-width=".14" stroke-opacity=".6" d="{rosette(code)}"/>',
    )


def square_svg(matrix: Sequence[Sequence[int]]) -> bytes:
    """Return a two-dimensional code as a picture, each row drawn in runs so that no seams show."""
    size = len(matrix)
    runs = []
    for y, row in enumerate(matrix):
        x = 0
        for dark, cells in groupby(row, bool):
            width = len(list(cells))
            if dark:
                runs.append(f"M{x} {y}h{width}v1h-{width}z")
            x += width
    return _svg(f"{size} {size}", f'<path fill="#13212a" d="{"".join(runs)}"/>')


def _svg(size: str, body: str) -> bytes:
    width, height = size.split()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size}" width="{width}" height="{height}">{body}</svg>'
    ).encode("ascii")
