"""Results to text, JSON, JSON lines, CSV and HTML.

Takes a result, gives lines or files; knows nothing of how the result was found or of where they go.
"""

from dedup.report.formats import FORMATS, Format, comparison_lines, lines
from dedup.report.html import comparison_report, scan_report
from dedup.report.style import Style

__all__ = [
    "FORMATS",
    "Format",
    "Style",
    "comparison_lines",
    "comparison_report",
    "lines",
    "scan_report",
]
