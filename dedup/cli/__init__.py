"""The command line: arguments in, calls to the library, exit codes out.

Exit status: 0 done; 1 something was found and --check was given; 2 wrong usage, or a source could
not be read or the result not written; 130 interrupted.
"""

from dedup.cli.main import main

__all__ = ["main"]
