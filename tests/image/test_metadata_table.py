"""Identity, for each pair of formats and item of metadata: kept, said to be lost, or refused.

What is kept is found by other readers than imgfilt's. FORMATS.md has the table.
"""

import struct
from fractions import Fraction

import numpy as np
import pytest
from PIL import Image

from imgfilt.image import FORMATS

from .. import metadata_files as made
from ..cli_support import ROOT, invoke

# What imgfilt calls each item where it is lost; by default as here.
TITLES = {
    "resolution per inch": "resolution", "resolution per cm": "resolution",
    "resolution without a unit": "resolution", "cICP or nclx": "gamma and primaries",
    "private tags": "tag 65000", "other segments": "APP12 Ducky",
    "orientation (EXIF, XMP)": None,
}  # fmt: skip
RESOLUTIONS = {
    "resolution per inch": (300, 600, 2), "resolution per cm": (100, 200, 3),
    "resolution without a unit": (4, 3, 1),
}  # fmt: skip
SIGNS = {"kept": "✓", "said": "–", "refused": "✗"}
NAMES = {form.label: name for name, form in FORMATS.items()}


@pytest.mark.slow
def test_no_item_of_metadata_is_lost_without_a_word(in_folder):
    files = made.files()
    inputs = {}
    for number, (item, held) in enumerate(files.items()):
        for label, content in held.items():
            path = f"{number:02}-{NAMES[label]}{FORMATS[NAMES[label]].suffixes[0]}"
            (in_folder / path).write_bytes(content)
            inputs[item, label] = path
    found, wrong = {}, []
    for name, form in FORMATS.items():
        target = name + "/{stem}" + form.suffixes[0]
        command = ["convolve", *inputs.values(), "--kernel", "identity", "-j", "1", "-o", target]
        result = invoke(*command)
        assert "Traceback" not in result.output
        said = result.stderr.splitlines()
        for (item, label), path in inputs.items():
            written = in_folder / name / f"{path.rpartition('.')[0]}{form.suffixes[0]}"
            lines = [line for line in said if line.startswith(f"imgfilt: {path}: ")]
            cell = _cell(item, form.label, written, lines)
            if isinstance(cell, str):
                found[item, label, form.label] = cell
            else:
                wrong.append((item, label, form.label, cell, lines))
    assert not wrong, "\n".join(map(str, wrong))
    table = _table(found, files)
    assert table in (ROOT / "imgfilt/image/FORMATS.md").read_text("utf-8"), table


def _cell(item, label, written, lines):
    """Return what became of an item; anything but text is a fault."""
    if not written.exists():
        return "refused" if len(lines) == 1 and "can't hold" in lines[0] else None
    lost = [line.partition(f"not kept in {label}: ")[2] for line in lines]
    named = TITLES.get(item, item) in ", ".join(lost).split(", ")
    if item == "number of loops" and lost == ["frame durations"]:
        named = True
    kept = _is_kept(item, label, written)
    return {(True, False): "kept", (False, True): "said"}.get((kept, named), (kept, named))


def _is_kept(item, label, path):
    content = path.read_bytes()
    if label in ("PPM", ".npy"):
        if item.startswith("orientation"):
            shape = np.load(path).shape if label == ".npy" else content.split()[2:0:-1]
            return tuple(map(int, shape[:2])) == (8, 6)
        return item == "comment" and content.startswith(b"P6\n# by \xe4 hand\n")
    with Image.open(path) as file:
        file.load()
        return bool(_has(item, label, content, file))


def _has(item, label, content, file):
    if item in RESOLUTIONS:
        return _resolution(label, content, file, *RESOLUTIONS[item])
    if item.startswith("orientation"):
        upright = file.size == (6, 8) and file.getexif().get(274, 1) == 1
        return upright and b'tiff:Orientation="6"' not in content
    if item == "ICC profile":
        inside = made.ICC in content or made.in_blocks(made.ICC) in content
        return file.info.get("icc_profile") == made.ICC or inside
    if item == "EXIF":
        tags = file.getexif()
        if label == "JPEG 2000":
            tags.load(content[content.index(made.EXIF_UUID) + 16 :])
        wanted = made.ARTIST, made.MAKER, made.COMMENT
        fractions = struct.pack("<2L", 4, 1000), struct.pack("<2l", -2, 6)
        gps = struct.pack("<6L", 48, 1, 30, 1, 0, 7)
        return all(part in content for part in (*wanted, *fractions, gps))
    if item == "XMP":
        return made.XMP in content
    if item in ("IPTC", "Photoshop resources"):
        wanted = made.IPTC if item == "IPTC" else b"QUALITY"
        return wanted in content or wanted in _png_profile(file)
    if item == "text":
        return getattr(file, "text", {}) == {"Title": "fjord", "Author": "Žofie"}
    if item == "comment":
        return file.info.get("comment") == b"by \xe4 hand"
    if item == "gamma and primaries":
        return file.info.get("gamma") == 1.0
    if item == "cICP or nclx":
        return b"cICP" + made.P3 in content or b"colrnclx\0\x0c\0\x0d" in content
    if item == "GeoTIFF":
        tags = getattr(file, "tag_v2", {})
        held = tags.get(33550), tags.get(33922), tags.get(34735)
        geo = (10, 10, 0), (0, 0, 0, 5e5, 4e6, 0), (1, 1, 0, 1, 1024, 0, 1, 1)
        return held == geo
    if item == "GDAL_NODATA":
        return getattr(file, "tag_v2", {}).get(42113) == "-9999"
    if item == "private tags":
        return struct.pack("<HHL", 65000, 5, 1) in content and struct.pack("<LL", 3, 9) in content
    if item == "other segments":
        return b"Ducky" in content
    if item == "frame durations":
        durations = []
        for index in range(getattr(file, "n_frames", 1)):
            file.seek(index)
            file.load()
            durations.append(file.info.get("duration"))
        return durations == [40, 120]
    assert item == "number of loops"
    return file.info.get("loop") == (2 if label == "GIF" else 3)


def _png_profile(file):
    words = file.info.get("Raw profile type iptc", "\n\n\n").split("\n")
    return bytes.fromhex("".join(words[3:]))


def _resolution(label, content, file, across, down, unit):
    """Look for it where each format has it."""
    inches = {2: 1, 3: 2.54}.get(unit, 0)
    if label == "PNG":
        held = struct.unpack(">LLB", content[content.index(b"pHYs") + 4 :][:9])
        metre = inches / 0.0254
        rounded = (round(across * metre), round(down * metre), 1)
        return held == (rounded if inches else (across, down, 0))
    if label == "JPEG":
        return struct.unpack(">BHH", content[13:18]) == (unit - 1, across, down)
    if label in ("WebP", "AVIF", "TIFF"):
        tags = file.getexif()
        if 282 not in tags:
            return False
        dots = Fraction(*_ratio(tags[282])), Fraction(*_ratio(tags[283]))
        inch = Fraction(254, 100) if tags.get(296) == 3 else 1
        wanted = Fraction(254, 100) if unit == 3 else 1
        near = [
            float(had * inch / (want * wanted))
            for had, want in zip(dots, (across, down), strict=True)
        ]
        return near == pytest.approx([1, 1], abs=1e-4) and (tags.get(296) == 1) == (unit == 1)
    if label == "GIF" or not inches:
        return False
    return file.info.get("dpi") == pytest.approx((across * inches, down * inches), rel=1e-4)


def _ratio(value):
    return value.numerator, value.denominator


def _table(found, files):
    """Return the table: formats that are alike in it share a column, inputs a row."""
    rows = []
    for item, held in files.items():
        alike = {}
        for label in held:
            cells = tuple(SIGNS[found[item, label, form.label]] for form in FORMATS.values())
            alike.setdefault(cells, []).append(label)
        several = len(alike) > 1
        for cells, labels in alike.items():
            rows.append((item + (f" of {', '.join(labels)}" if several else ""), cells))
    columns = {}
    for place, form in enumerate(FORMATS.values()):
        columns.setdefault(tuple(cells[place] for _, cells in rows), []).append(form.label)
    lines = [
        "| from \\ to | " + " | ".join(", ".join(labels) for labels in columns.values()) + " |"
    ]
    lines.append("|---" * (len(columns) + 1) + "|")
    for number, (title, _) in enumerate(rows):
        lines.append(f"| {title} | " + " | ".join(column[number] for column in columns) + " |")
    return "\n".join(lines) + "\n"
