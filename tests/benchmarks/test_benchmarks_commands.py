"""Every benchmark on a tiny corpus: it runs, its JSON has its shape, a wrong result fails."""

import json
import random

import broken_contestants as broken
import pytest
from benchmark_checks import check_shape, check_width, run_command
from tiny_corpora import sentences

from benchmarks import align, index, peers, plot, race, scan, short, speed, startup, texts, worker
from benchmarks.peers import FINDERS, MATCHERS, PEERS, Peer
from benchmarks.report import Report

LIMIT = 5.0  # seconds for a process to start; far below what a hang would take

pytestmark = pytest.mark.usefixtures("quick_processes")


def english(corpora):
    return texts.english(Report("speed", 1), corpora).texts


def peer(name, package="json"):
    return Peer(name, f"broken_contestants:{name}", package, 1, None, "says nothing.")


def test_speed_goes_on_without_a_peer_that_is_absent_or_raises(corpora, capsys):
    rivals = [peer("Absent", "no_such_package"), peer("Raising")]
    report = speed.run(corpora, rivals=rivals, repetitions=2)
    report.conclude()
    result = json.loads(report.to_json())
    check_shape(result)
    output = capsys.readouterr().out
    check_width(output)
    assert "pip install no_such_package" in output
    assert not report.wrong
    assert result["failures"] == {
        "Absent": "not installed: pip install no_such_package",
        "Raising": "raised RuntimeError: no luck",
    }
    one = result["figures"]["dedup, 1 thread"]
    assert one["unit"] == "MB per CPU second"
    assert len(one["values"]) == 2
    bars = {bar["what"]: bar for bar in result["bars"]}
    assert bars["mean error of dedup's estimate"]["met"]
    assert bars["sketch / daft"]["met"] is None


def test_speed_fails_when_the_estimates_are_wrong(corpora):
    report = Report("speed", 1)
    speed.agreement(report, english(corpora), [], broken.overestimating, 60)
    assert any("bias" in line for line in report.wrong)


@pytest.mark.parametrize("rival", PEERS, ids=lambda rival: rival.name)
def test_peers_that_are_installed_agree_with_the_truth(rival, corpora):
    if rival.absent():
        pytest.skip(rival.absent())
    report = speed.Report("speed", 1)
    documents = english(corpora)
    speed.agreement(report, documents, [rival], speed.ours.estimating, 60)
    assert not report.failures
    assert report.figures[f"{rival.name}, mean absolute error of the estimate"].median < 0.06


def test_scan(corpora, tmp_path, monkeypatch):
    monkeypatch.setattr(scan, "REPETITIONS", 1)  # that they are several is a test of the race
    file = tmp_path / "scan.json"
    outcome = run_command("scan", "--corpora", corpora, "--peers", "datasketch", "--json", file)
    assert outcome.exit_code == 0, outcome.output
    check_width(outcome.output)
    result = json.loads(file.read_text())
    check_shape(result)
    assert not result["wrong"]
    assert not result["failures"]
    assert result["figures"]["minhash-articles/100, recall"]["median"] == 1
    assert result["figures"]["near-duplicates, recall"]["median"] == 1
    assert result["details"]["whole file"]["pairs"]["identical"] == 3
    assert result["figures"]["planted, dedup, copies, recall"]["median"] == 1
    assert result["figures"]["planted, dedup, copies, precision"]["median"] == 1
    assert 0.5 < result["figures"]["planted, datasketch, 32 × 4, recall"]["median"] <= 1
    assert {"jaccard", "measured", "theory", "pairs"} == set(result["details"]["s-curve"][0])


def test_scan_fails_when_nothing_is_found(corpora):
    report = scan.run(corpora, rivals=(), short=True, find=broken.blind)
    assert any(line.startswith("near-duplicates, recall: 0") for line in report.wrong)
    assert any(line.startswith("derived, 140 words") for line in report.wrong)


def test_scan_fails_when_what_is_found_is_not_there(corpora):
    wrong = "\n".join(scan.run(corpora, rivals=(), short=True, find=broken.seeing_ghosts).wrong)
    assert "near-duplicates, precision" in wrong
    assert "shuffle test, pairs: 1" in wrong
    assert "minhash-articles/100, precision" in wrong


def test_scan_fails_when_it_crashes(corpora):
    wrong = scan.run(corpora, rivals=(), short=True, find=broken.crashing).wrong
    assert "base: crashed (exit status 7)" in wrong
    assert "shuffled words: crashed (exit status 7)" in wrong


@pytest.mark.parametrize("rival", FINDERS, ids=lambda rival: rival.name)
def test_finders_that_are_installed_find_copies(rival, corpora):
    if rival.absent():
        pytest.skip(rival.absent())
    if rival.name == "semhash":
        pytest.skip("its model is a download")
    documents = english(corpora)[:30]
    found = peers.finding([*documents, documents[3] + " st", documents[7]], rival.adapter)()
    if rival.name == "rensa, rho":  # samples; it is there to be measured
        assert all(a == b for a, b in found)
    else:
        assert set(found) == {(3, 30), (7, 31)}


@pytest.mark.parametrize("rival", MATCHERS, ids=lambda rival: rival.name)
def test_matchers_that_are_installed_give_places(rival):
    if rival.absent():
        pytest.skip(rival.absent())
    draw = random.Random(5)
    source, derived = sentences(draw, 9), sentences(draw, 9)
    derived[2:5] = source[4:7]
    a, b = " " + " ".join(source), "  " + " ".join(derived)
    ((matches),) = peers.matching(rival.adapter, [(a, b)])()
    assert matches
    for (a_start, a_end), (b_start, b_end) in matches:
        taken = a[a_start:a_end].strip()
        assert taken == b[b_start:b_end].strip()
        assert taken.strip(".") in " ".join(source[4:7])


def test_a_race_is_judged_by_counting(corpora, capsys, monkeypatch):
    documents = english(corpora)[:40]
    track = race.Track("tiny", [*documents, documents[0] + " st"], [(0, 40)])
    report = Report("scan", 1, 2)
    rivals = [peer(name) for name in ("Seeing", "Flagging", "Crashing", "Sleeping", "Eating")]
    rivals.append(peer("Absent", "no_such_package"))
    # What a process has when it has loaded NumPy and the texts is far below.
    monkeypatch.setattr(worker, "LIMIT_BYTES", 1e9)
    race.run(report, track, rivals, repetitions=2, limit_seconds=LIMIT)
    output = capsys.readouterr().out
    check_width(output)
    figures = {name: figure.median for name, figure in report.figures.items()}
    assert figures["tiny, dedup, copies, recall"] == figures["tiny, dedup, copies, precision"] == 1
    assert len(report.figures["tiny, dedup, CPU"].values) == 2
    assert figures["tiny, Seeing, recall"] == 1
    assert figures["tiny, Seeing, precision"] == 0.5
    assert figures["tiny, Flagging, recall"] == figures["tiny, Flagging, precision"] == 0.5
    assert report.failures == {
        "tiny, Crashing": "crashed (exit status 7)",
        "tiny, Sleeping": f"took longer than {LIMIT:g} s",
        "tiny, Eating": "took more than 1 GB of memory",
        "Absent": "not installed: pip install no_such_package",
    }
    assert not report.wrong
    for name, reason in report.failures.items():
        if name != "Absent":
            assert f"{name.removeprefix('tiny, ').ljust(13)}  {reason}" in output
    assert json.loads(report.to_json())["failures"] == report.failures


def test_a_race_that_dedup_loses_in_truth_fails(corpora, monkeypatch):
    documents = english(corpora)[:40]
    monkeypatch.setattr(race.ours, "finding_pairs", broken.blind_to_pairs)
    track = race.Track("tiny", [*documents, documents[0] + " st"])
    report = Report("scan", 1)
    race.run(report, track, [peer("Seeing")], repetitions=1, limit_seconds=60)
    assert report.wrong == ["tiny, recall: 0, must be ≥ 1"]


def test_a_race_in_which_dedup_crashes_fails_and_is_told(corpora, monkeypatch, capsys):
    monkeypatch.setattr(race.ours, "finding_pairs", broken.crashing)
    track = race.Track("tiny", english(corpora)[:40], least_ratio=8.0)
    report = Report("scan", 1)
    race.run(report, track, [peer("Seeing")], repetitions=1, limit_seconds=60)
    assert "tiny, dedup: crashed (exit status 7)" in report.wrong
    assert "tiny, dedup, copies: crashed (exit status 7)" in report.wrong
    assert "Seeing" in capsys.readouterr().out


def test_align(labelled, capsys):
    report = align.run(labelled, rivals=[peer("WholeTexts")], pan=60, repetitions=2)
    report.conclude()
    check_shape(json.loads(report.to_json()))
    check_width(capsys.readouterr().out)
    assert not report.failures
    figures = {name: figure.median for name, figure in report.figures.items()}
    assert figures["read by hand, WholeTexts, recall"] == 1
    assert figures["read by hand, dedup, sentences, plagdet"] > 0.9
    assert figures["PAN-13, dedup, passages, plagdet"] > figures["PAN-13, WholeTexts, plagdet"]


def test_peers_are_chosen_by_name():
    assert [one.name for one in peers.named(FINDERS, ["rensa"])] == ["rensa", "rensa, rho"]
    assert peers.named(FINDERS, None) == FINDERS
    outcome = run_command("speed", "--peers", "resna")
    assert outcome.exit_code == 2
    assert "no peer is called 'resna'; there are " in outcome.output


def test_without_a_command_all_run_in_little(monkeypatch, tmp_path):
    asked = []

    def run(corpora, wanted):
        asked.append((corpora, wanted))
        yield Report("startup", 1)
        yield Report("speed", 1)

    monkeypatch.setattr(short, "run", run)
    file = tmp_path / "all.json"
    assert run_command("--peers", "rensa,gaoya", "--json", file).exit_code == 0
    assert asked == [(None, ["rensa", "gaoya"])]
    assert [one["benchmark"] for one in json.loads(file.read_text())] == ["startup", "speed"]
    assert "options stand behind startup" in run_command("--peers", "rensa", "startup").output


def test_pictures(tmp_path):
    pytest.importorskip("matplotlib")
    report = Report("scan", 1)
    for name, value in (("dedup, copies", 1.0), ("rensa", 3.0)):
        report.figure(f"planted, {name}, CPU", "s", value, value * 1.1)
        report.figure(f"planted, {name}, recall", "share", 1 / value)
        report.figure(f"planted, {name}, precision", "share", 1 / value)
    report.details["growth"] = [
        {
            "what": what,
            "unit": unit,
            "exponent": exponent,
            "from": 2000,
            "points": [(1000, 9.0), (2000, 2.0), (4000, 4.0)],
        }
        for what, unit, exponent in (
            ("CPU time", "CPU s", 1.0),
            ("peak memory", "MB", None),
            ("text", "MB", 1.0),
        )
    ]
    report.details["bands"] = {"bands": 32, "rows": 4}
    report.figure("python -c pass", "CPU s", 0.02)
    report.figure("python -c pass, over bare Python", "CPU s", 0.0)
    report.figure("Thai", "MB per CPU second", 1)
    report.figure("Thai / ASCII", "times", 0.5)
    report.figure("pan13 default, all, plagdet", "", 0.9)
    report.details["pan13 published"] = {"all": 0.877, "random": 0.884}
    report.details["s-curve"] = [
        {"jaccard": x / 10, "measured": x / 10, "theory": x / 10} for x in range(11)
    ]
    report.figure("dedup, 1 thread", "MB per CPU second", 400, 410, 390)
    drawn = plot.draw(report.to_dict(), tmp_path)
    names = {
        "cpu",
        "growth-memory",
        "growth-time",
        "other-text",
        "pan13-plagdet",
        "planted-cpu",
        "planted-precision-recall",
        "s-curve",
        "text-to-signatures",
    }
    assert {path.name for path in drawn} == {f"scan-{name}.svg" for name in names}
    assert "from 2,000 on n^1.00" in (tmp_path / "scan-growth-time.svg").read_text()
    memory = (tmp_path / "scan-growth-memory.svg").read_text()
    assert ">peak memory<" in memory
    assert ">text, from 2,000 on n^1.00<" in memory
    before = [path.read_bytes() for path in drawn]
    assert [path.read_bytes() for path in plot.draw(report.to_dict(), tmp_path)] == before


def test_index(capsys, monkeypatch):
    monkeypatch.setattr(index, "SHARED", 300)
    report = index.run(None, documents=10_000, texts_mb=0.2)
    report.conclude()
    check_shape(json.loads(report.to_json()))
    check_width(capsys.readouterr().out)
    assert report.wrong == []
    assert set(report.failures) <= {"Redis"}
    assert report.figures["signatures: found again"].median == 1
    assert report.figures["dedup, recall"].median == 1


def test_startup(capsys):
    commands = dict(list(startup.COMMANDS.items())[:2]) | {"broken": ("-c", "1/0")}
    report = startup.run(commands, repetitions=1)
    report.conclude()
    check_shape(json.loads(report.to_json()))
    check_width(capsys.readouterr().out)
    assert report.details["dedup --version"]["numpy"] is False
    assert report.failures == {"broken": "exit status 1: ZeroDivisionError: division by zero"}
    assert report.wrong == ["broken: exit status 1: ZeroDivisionError: division by zero"]


def test_a_wrong_result_is_the_exit_status(monkeypatch, tmp_path):
    report = Report("startup", 1)
    report.at_least("truth", 0.5, 1.0, truth=True)
    report.at_least("speed", 0.5, 1.0)
    monkeypatch.setattr(startup, "run", lambda: report)
    outcome = run_command("startup", "--json", tmp_path / "x.json")
    assert outcome.exit_code == 1
    assert "WRONG RESULT: truth: 0.500, must be ≥ 1" in outcome.output
    assert "WRONG RESULT: speed" not in outcome.output
    assert outcome.output.count("NOT MET") == 2
    assert json.loads((tmp_path / "x.json").read_text())["wrong"]


def test_help_lists_every_benchmark():
    output = run_command("--help").output
    assert all(name in output for name in ("speed", "scan", "align", "quality", "scale", "startup"))
