"""`dedup params` as a user runs it."""

import json
import subprocess
import sys


def run(*arguments, cwd):
    return subprocess.run(
        [sys.executable, "-m", "dedup", "params", *arguments],
        cwd=cwd,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_text_is_for_a_terminal_of_80_columns(tmp_path):
    done = run("--threshold", "0.8", cwd=tmp_path)
    assert done.returncode == 0
    assert not done.stderr
    assert done.stdout.startswith("threshold 0.8, 128 permutations: 21 bands of 6 rows\n")
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_a_file_of_its_own(tmp_path):
    assert run("-f", "svg", "-o", "curve.svg", cwd=tmp_path).stdout == ""
    assert (tmp_path / "curve.svg").read_text("utf-8").startswith("<svg ")


def test_the_threshold_of_the_folder_counts(tmp_path):
    (tmp_path / "dedup.toml").write_text("threshold = 0.9\nformat = 'json'\n")
    assert json.loads(run(cwd=tmp_path).stdout)["threshold"] == 0.9


def test_a_scan_has_no_num_perm_so_no_file_sets_it(tmp_path):
    (tmp_path / "dedup.toml").write_text("num-perm = 256\n")
    done = run(cwd=tmp_path)
    assert done.returncode == 2
    assert "unknown key 'num-perm'" in done.stderr


def test_what_is_impossible_is_said(tmp_path):
    for arguments, said in (
        (("-t", "1.5"), "threshold=1.5: must be above 0 and at most 1"),
        (("--num-perm", "3"), "num_perm=3: must be 16 to 4096"),
    ):
        done = run(*arguments, cwd=tmp_path)
        assert done.returncode == 2
        assert said in done.stderr
