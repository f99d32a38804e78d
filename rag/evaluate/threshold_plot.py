"""Thresholds as a picture: one self-contained SVG, without a script or anything fetched. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.evaluate.thresholds import ThresholdRow, Thresholds

_WIDTH, _HEIGHT = 720, 440
_LEFT, _RIGHT, _TOP, _BOTTOM = 60, 700, 56, 300
_FONT = "system-ui, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', sans-serif"
_INK, _SOFT, _PAPER = "#20211f", "#8b8d88", "#ffffff"

#: field of a row, what it is called, colour, dashes. Colours differ in lightness too.
_CURVES = (
    ("right", "answerable: answered right", "#0f5c55", ""),
    ("wrong", "answerable: answered wrong", "#b3391f", "7 4"),
    ("wrongly_abstained", "answerable: wrongly abstained", "#c98a00", "2 4"),
    ("rightly_abstained", "unanswerable: rightly abstained", "#3a4fa3", "12 4 2 4"),
    ("risk", "risk: wrong among all that is answered", "#6b6d68", "4 2"),
)


def plot_thresholds(thresholds: Thresholds, *, in_use: float | None = None) -> str:
    """Draw the shares over the threshold as an SVG. in_use: the threshold that is marked, None for no mark."""
    counts = f"{thresholds.n_answerable} answerable questions, {thresholds.n_unanswerable} unanswerable"
    title = "What becomes of the questions at each confidence threshold"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" '
        f'height="{_HEIGHT}" role="img" font-family="{_FONT}" font-size="13" fill="{_INK}">',
        f"<title>{title}</title><desc>{counts}. The figures are in summary.json.</desc>",
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="{_PAPER}"/>',
        f'<text x="{_LEFT}" y="24" font-size="16" font-weight="600">{title}</text>',
        f'<text x="{_LEFT}" y="43" fill="{_INK}">{counts}</text>',
        *_draw_axes(),
    ]
    if in_use is not None:
        at = _x(in_use)
        parts.append(f'<line x1="{at:.1f}" y1="{_TOP}" x2="{at:.1f}" y2="{_BOTTOM}" stroke="{_INK}"/>')
        parts.append(
            f'<text x="{at + 5:.1f}" y="{_TOP + 12}" paint-order="stroke" stroke="{_PAPER}" stroke-width="4">'
            f"in use: {in_use:g}</text>"
        )
    for i, (name, label, colour, dashes) in enumerate(_CURVES):
        parts += _draw_curve(thresholds.rows, name, colour, dashes)
        parts += _draw_label(i, label, colour, dashes)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _draw_axes() -> Iterator[str]:
    for tick in range(11):
        share = tick / 10
        if tick % 2 == 0:
            y = _y(share)
            yield f'<line x1="{_LEFT}" y1="{y:.1f}" x2="{_RIGHT}" y2="{y:.1f}" stroke="{_SOFT}" stroke-width=".5"/>'
            yield f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{share:.0%}</text>'
        yield f'<text x="{_x(share):.1f}" y="{_BOTTOM + 18}" text-anchor="middle">{share:.1f}</text>'
    middle = (_LEFT + _RIGHT) / 2
    yield f'<text x="{middle:.1f}" y="{_BOTTOM + 38}" text-anchor="middle">answered from this confidence on</text>'


def _draw_curve(rows: Sequence[ThresholdRow], name: str, colour: str, dashes: str) -> Iterator[str]:
    points = [(row.threshold, value) for row in rows if (value := getattr(row, name)) is not None]
    if points:
        drawn = " ".join(f"{_x(threshold):.1f},{_y(value):.1f}" for threshold, value in points)
        yield f'<polyline points="{drawn}" fill="none" {_stroke(colour, dashes)}/>'


def _draw_label(i: int, label: str, colour: str, dashes: str) -> Iterator[str]:
    x, y = _LEFT + 330 * (i % 2), _BOTTOM + 68 + 24 * (i // 2)
    yield f'<line x1="{x}" y1="{y - 4}" x2="{x + 34}" y2="{y - 4}" {_stroke(colour, dashes)}/>'
    yield f'<text x="{x + 42}" y="{y}">{label}</text>'


def _stroke(colour: str, dashes: str) -> str:
    return f'stroke="{colour}" stroke-width="2.5"' + (f' stroke-dasharray="{dashes}"' if dashes else "")


def _x(threshold: float) -> float:
    return _LEFT + (_RIGHT - _LEFT) * threshold


def _y(share: float) -> float:
    return _BOTTOM - (_BOTTOM - _TOP) * share
