"""A table of measures: a row for each picture and filter, as CSV, JSON, Markdown or LaTeX."""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections.abc import Callable, Sequence
from statistics import fmean
from typing import NamedTuple

from .fonts import clean
from .ranking import Quality, find_best
from .tex import escape_tex


class Measurement(NamedTuple):
    """What was measured of one cell of a figure.

    Attributes
    ----------
    picture, filter : str
        The name of the input, and the caption.
    pixels : int
        Of the input.
    seconds : float or None
        How long the filter took; None if there is none, because the cell shows the input.
    quality : Quality or None
        None without a reference.
    """

    picture: str
    filter: str
    pixels: int
    seconds: float | None = None
    quality: Quality | None = None


class Column(NamedTuple):
    """A measure.

    Attributes
    ----------
    key : str
        Its name in JSON.
    title : str
        With its unit.
    digits : int
        After the point; JSON has all.
    is_least : bool
        Whether the least value is the best.
    value : callable
        Returns the value of a Measurement, or None.
    """

    key: str
    title: str
    digits: int
    is_least: bool
    value: Callable[[Measurement], float | None]


class Row(NamedTuple):
    """A row: the names of picture and filter, a value for each column, the columns in bold."""

    picture: str
    filter: str
    values: list[float | None]
    bold: set[int]


def _rate(row: Measurement) -> float | None:
    return None if row.seconds is None else row.pixels / 1e6 / max(row.seconds, 1e-9)


QUALITY = (
    Column("psnr_db", "PSNR (dB)", 2, False, lambda row: row.quality and row.quality.psnr),
    Column("ssim", "SSIM", 4, False, lambda row: row.quality and row.quality.ssim),
    Column("mae_levels", "MAE (levels)", 2, True, lambda row: row.quality and row.quality.mae),
)
SPEED = (
    Column("seconds", "time (s)", 3, True, lambda row: row.seconds),
    Column("megapixels_per_second", "speed (MP/s)", 2, False, _rate),
)

MEAN = "mean"
_MARKDOWN = re.compile(r"[\\`*_{}\[\]<>|#&~]")
_FORMULA = re.compile("[=+@-]")  # a cell that begins so is computed by a spreadsheet


def format_table(pictures: Sequence[Sequence[Measurement]], format: str) -> str:
    """Return a table.

    Parameters
    ----------
    pictures : sequence of sequence of Measurement
        The cells of each picture; all pictures have the same filters in one order. Without a
        quality its columns are left out.
    format : str
        A key of FORMATS.

    Returns
    -------
    str
        With several pictures, the means of each filter are its last rows. The best values of a
        picture, and of the means, are bold in Markdown and LaTeX; cells without a filter have no
        part in that.
    """
    has_quality = any(cell.quality for cells in pictures for cell in cells)
    columns = (QUALITY if has_quality else ()) + SPEED
    groups = [
        _make_rows(
            cells[0].picture,
            [(cell.filter, [column.value(cell) for column in columns]) for cell in cells],
            columns,
        )
        for cells in pictures
    ]
    if len(groups) > 1:
        means = [
            (rows[0].filter, list(map(_mean, zip(*(row.values for row in rows), strict=True))))
            for rows in zip(*groups, strict=True)
        ]
        groups.append(_make_rows(MEAN, means, columns))
    return FORMATS[format](groups, columns)


def _make_rows(
    picture: str, found: Sequence[tuple[str, list[float | None]]], columns: Sequence[Column]
) -> list[Row]:
    rows = [Row(_to_line(picture), _to_line(name), values, set()) for name, values in found]
    is_filter = [row.values[-1] is not None for row in rows]  # it has a speed
    for number, column in enumerate(columns):
        values = [row.values[number] if is_filter[at] else None for at, row in enumerate(rows)]
        for best in find_best(values, column.digits, column.is_least):
            rows[best].bold.add(number)
    return rows


def _to_line(text: str) -> str:
    return " ".join(clean(text).split())


def _mean(values: Sequence[float | None]) -> float | None:
    found = [value for value in values if value is not None]
    return fmean(found) if found else None


def _format(
    row: Row, columns: Sequence[Column], bold: str = "{}", infinity: str = "∞"
) -> list[str]:
    """Return the values of a row as they are printed."""
    texts = []
    for number, (value, column) in enumerate(zip(row.values, columns, strict=True)):
        if value is None:
            texts.append("")
            continue
        text = f"{value:.{column.digits}f}" if math.isfinite(value) else infinity
        texts.append(bold.format(text) if number in row.bold else text)
    return texts


def _to_csv(groups: Sequence[Sequence[Row]], columns: Sequence[Column]) -> str:
    """Return CSV with a mark of UTF-8, which spreadsheets need to read letters such as × right."""
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(["picture", "filter", *(column.title for column in columns)])
    for group in groups:
        for row in group:
            names = [f"'{name}" if _FORMULA.match(name) else name for name in row[:2]]
            writer.writerow([*names, *_format(row, columns, infinity="inf")])
    return "\ufeff" + stream.getvalue()


def _to_json(groups: Sequence[Sequence[Row]], columns: Sequence[Column]) -> str:
    """Return JSON; it has no infinity, so the PSNR of equal pictures is null."""
    rows = [
        {"picture": row.picture, "filter": row.filter}
        | {
            column.key: value if value is None or math.isfinite(value) else None
            for column, value in zip(columns, row.values, strict=True)
        }
        for group in groups
        for row in group
    ]
    count = len(groups[-1]) if len(groups) > 1 else 0
    means = [
        {key: row[key] for key in row if key != "picture"} for row in rows[len(rows) - count :]
    ]
    content = {"rows": rows[: len(rows) - count], "means": means if count else []}
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def _to_markdown(groups: Sequence[Sequence[Row]], columns: Sequence[Column]) -> str:
    names = _name_columns(groups)
    titles = [*names, *(column.title for column in columns)]
    lines = [titles, ["---"] * len(names) + ["---:"] * len(columns)]
    for group in groups:
        for row in group:
            cells = [_MARKDOWN.sub(r"\\\g<0>", getattr(row, name)) for name in names]
            lines.append(cells + _format(row, columns, "**{}**"))
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _to_latex(groups: Sequence[Sequence[Row]], columns: Sequence[Column]) -> str:
    names = _name_columns(groups)
    titles = [*names, *(column.title for column in columns)]
    lines = [rf"\begin{{tabular}}{{{'l' * len(names)}{'r' * len(columns)}}}", r"\hline"]
    lines += [rf"{' & '.join(titles)} \\", r"\hline"]
    for group in groups:
        for number, row in enumerate(group):
            cells = [escape_tex(getattr(row, name)) for name in names]
            if number and len(names) > 1:
                cells[0] = ""  # as above
            values = _format(row, columns, r"\textbf{{{}}}", r"$\infty$")
            lines.append(rf"{' & '.join(cells + values)} \\")
        lines.append(r"\hline")
    return "\n".join([*lines, r"\end{tabular}", ""])


def _name_columns(groups: Sequence[Sequence[Row]]) -> list[str]:
    """Return the columns of names: that of the picture only if there are several."""
    return ["picture", "filter"] if len(groups) > 1 else ["filter"]


# Suffix of the file -> its writer.
FORMATS = {".csv": _to_csv, ".json": _to_json, ".md": _to_markdown, ".tex": _to_latex}
