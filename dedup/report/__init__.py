"""Results to text, JSON, JSON lines and CSV.

Takes a result, gives lines; knows nothing of how the result was found or of where the lines go.
"""

from dedup.report.formats import FORMATS, Format, comparison_lines, lines
from dedup.report.style import Style

__all__ = ["FORMATS", "Format", "Style", "comparison_lines", "lines"]
