"""The command as a user runs it: a real process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def run(
    *arguments: str, cwd: Path, stdin: bytes = b"", **environment: str
) -> subprocess.CompletedProcess[bytes]:
    """`dedup` with arguments, in a folder, with nothing in the environment that colours."""
    clean = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR")}
    return subprocess.run(
        [sys.executable, "-m", "dedup", *arguments],
        cwd=cwd,
        input=stdin,
        capture_output=True,
        env=clean | environment,
        check=False,
        timeout=600,  # of a process that hangs, on a slow machine too
    )
