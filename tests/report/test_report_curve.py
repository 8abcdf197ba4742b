"""The S-curve of bands, drawn and written."""

import csv
import json
import re
from xml.etree import ElementTree as ET

import pytest

from dedup.find import Bands, choose_bands
from dedup.report import Style, curve_lines


def lines(form, threshold=0.7, num_perm=128, **style):
    bands = choose_bands(threshold, num_perm)
    return list(curve_lines(bands, threshold, num_perm, form, Style(**style)))


@pytest.mark.parametrize("threshold", [0.001, 0.3, 0.7, 1.0])
@pytest.mark.parametrize("width", [40, 80, 100])
def test_text_fits_and_rises(threshold, width):
    shown = lines("text", threshold, width=width)
    plot = [line[6:] for line in shown if re.match(r" *(\d+% ┤|│)", line)]
    assert len(plot) == 10
    assert all(len(line) <= width for line in shown[6:])
    heights = [sum(row[i : i + 1].strip() != "" for row in plot) for i in range(len(plot[0]))]
    assert heights == sorted(heights)
    assert "\x1b" not in "".join(shown)


def test_text_says_what_the_bands_are():
    shown = "\n".join(lines("text"))
    assert "threshold 0.7, 128 permutations: 32 bands of 4 rows" in shown
    assert "99.98%" in shown
    assert "100%  of the pairs at" in "\n".join(lines("text", 1.0))
    assert "1 band of 128 rows" in "\n".join(lines("text", 1.0))


def test_colour_only_where_there_is_colour():
    assert "\x1b[" in "".join(lines("text", color=True))


def test_data_is_the_curve():
    (text,) = lines("json")
    values = json.loads(text)
    bands = Bands(values["bands"], values["rows"])
    assert bands == (32, 4)
    assert values["recall_at_threshold"] == bands.recall(0.7)
    assert bands.recall(values["jaccard_at_half"]) == pytest.approx(0.5)
    assert values["curve"] == [json.loads(line) for line in lines("jsonl")]
    rows = [{k: float(v) for k, v in row.items()} for row in csv.DictReader(lines("csv"))]
    assert rows == values["curve"]
    assert [rows[0]["recall"], rows[-1]["recall"]] == [0, 1]


def test_svg_is_well_formed_and_marks_the_threshold():
    drawing = ET.fromstring("\n".join(lines("svg", 0.5)))  # noqa: S314
    (curve,) = drawing.iter("{http://www.w3.org/2000/svg}polyline")
    points = [tuple(map(float, point.split(","))) for point in curve.attrib["points"].split()]
    assert points[0] == (60, 430)
    assert points[-1] == (460, 30)
    assert any(
        path.attrib["d"].startswith("M260.0 ") for path in drawing.iter() if "d" in path.attrib
    )
