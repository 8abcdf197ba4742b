"""Results to text, JSON, JSON lines, CSV and SVG.

Takes a result, gives lines; knows nothing of how the result was found or of where the lines go.
"""

from dedup.report.curve import CurveFormat, curve_lines
from dedup.report.formats import FORMATS, Format, comparison_lines, lines
from dedup.report.style import Style

__all__ = [
    "FORMATS",
    "CurveFormat",
    "Format",
    "Style",
    "comparison_lines",
    "curve_lines",
    "lines",
]
