"""The picture of a blast radius: a column of dots for each number of links, and a line to what each builds on."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, sqrt

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from authorizations.display import counted
from authorizations.presenters.blast_radius import BlastRadius, FallingOffering

# Units of the drawing, which is as wide as its place.
WIDTH, TOP, STEP, LEAST, MOST = 960, 44, 13, 2.5, 6.0


@dataclass(frozen=True, slots=True)
class _Dot:
    x: float
    y: float
    offering: FallingOffering


def blast_picture(name: str, found: BlastRadius) -> SafeString:
    """An SVG; the table beside it says the same to who does not see it."""
    rings: dict[int, list[FallingOffering]] = defaultdict(list)
    for each in found.offerings:
        rings[each.depth].append(each)
    wide = WIDTH / (len(rings) + 1)
    dots = {ring: _column(rings[ring], wide * ring, wide) for ring in sorted(rings)}
    height = TOP + STEP + max((dot.y for column in dots.values() for dot in column), default=TOP)
    first = (wide / 2, TOP + (height - TOP) / 2)
    largest = max((each.agencies for each in found.offerings), default=1) or 1
    parts = [_line(dot, _of(dots.get(ring - 1, []), dot.offering.via, first)) for ring in dots for dot in dots[ring]]
    parts += [_circle(dot, largest) for column in dots.values() for dot in column]
    parts += [_heading(wide * ring + STEP, ring, len(column)) for ring, column in dots.items()]
    parts.append(f'<circle class="blast__first" cx="{first[0]:.1f}" cy="{first[1]:.1f}" r="12"/>')
    title = escape(f"{name} and the {counted(len(found.offerings), 'offering')} that build on it")
    return mark_safe(  # noqa: S308  # what comes from records is escaped
        f'<svg class="blast" role="img" viewBox="0 0 {WIDTH} {height:.0f}" aria-label="{title}">{"".join(parts)}</svg>'
    )


def _column(offerings: list[FallingOffering], left: float, wide: float) -> list[_Dot]:
    across = max(1, min(int((wide - 3 * STEP) / STEP), ceil(sqrt(len(offerings)))))
    return [
        _Dot(left + STEP * (1 + place % across), TOP + STEP * (place // across), each)
        for place, each in enumerate(offerings)
    ]


def _of(column: list[_Dot], name: str, first: tuple[float, float]) -> tuple[float, float]:
    places: Mapping[str, tuple[float, float]] = {dot.offering.name: (dot.x, dot.y) for dot in column}
    return places.get(name, first)


def _line(dot: _Dot, start: tuple[float, float]) -> str:
    return f'<path class="blast__link" d="M{start[0]:.1f} {start[1]:.1f}L{dot.x:.1f} {dot.y:.1f}"/>'


def _circle(dot: _Dot, largest: int) -> str:
    radius = LEAST + (MOST - LEAST) * sqrt(dot.offering.agencies / largest)
    words = escape(f"{dot.offering.name}: {counted(dot.offering.agencies, 'agency', 'agencies')}")
    kind = "blast__dot" if dot.offering.agencies else "blast__dot blast__dot--unused"
    return f'<circle class="{kind}" cx="{dot.x:.1f}" cy="{dot.y:.1f}" r="{radius:.1f}"><title>{words}</title></circle>'


def _heading(x: float, ring: int, number: int) -> str:
    words = "directly" if ring == 1 else f"{ring} links"
    return (
        f'<text class="blast__head" x="{x:.1f}" y="14">{number:,}</text>'
        f'<text class="blast__note" x="{x:.1f}" y="28">{words}</text>'
    )
