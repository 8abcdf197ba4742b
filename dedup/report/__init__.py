"""Results to text, JSON, JSON lines, CSV, SVG and HTML.

Takes a result, gives lines or files; knows nothing of how the result was found or of where they go.
"""

from dedup.report.curve import CurveFormat, curve_lines
from dedup.report.formats import FORMATS, Format, comparison_lines, lines
from dedup.report.html import comparison_report, scan_report
from dedup.report.matches import match_lines, result_values
from dedup.report.stats import size, stats_lines
from dedup.report.style import Style

__all__ = [
    "FORMATS",
    "CurveFormat",
    "Format",
    "Style",
    "comparison_lines",
    "comparison_report",
    "curve_lines",
    "lines",
    "match_lines",
    "result_values",
    "scan_report",
    "size",
    "stats_lines",
]
