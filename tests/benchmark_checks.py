"""What is true of every benchmark's answer."""

from click.testing import CliRunner

from benchmarks import __main__ as command


def run_command(*arguments):
    return CliRunner().invoke(command.main, list(map(str, arguments)))


def check_shape(result):
    assert result["schema"] == 1
    assert {"cpu", "processors", "python", "dedup", "core", "packages"} <= set(
        result["environment"]
    )
    for corpus in result["corpora"]:
        assert len(corpus["sha256"]) == 64
        assert corpus["documents"] > 0
        assert corpus["bytes"] > 0
    assert isinstance(result["seed"], int)
    assert result["repetitions"] >= 1
    assert result["figures"]
    for figure in result["figures"].values():
        assert set(figure) == {"unit", "median", "lowest", "highest", "values"}
        assert figure["lowest"] <= figure["median"] <= figure["highest"]
    for bar in result["bars"]:
        assert set(bar) == {"what", "value", "limit", "at_least", "truth", "met"}
    assert isinstance(result["failures"], dict)


def check_width(output):
    assert max(map(len, output.splitlines())) <= 80
