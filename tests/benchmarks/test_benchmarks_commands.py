"""Every benchmark on a tiny corpus: it runs, its JSON has its shape, a wrong result fails."""

import importlib
import json
import random

import pytest
from click.testing import CliRunner

from benchmarks import __main__ as command
from benchmarks import align, peers, plot, quality, race, scale, scan, short, speed, startup
from benchmarks.peers import FINDERS, MATCHERS, PEERS, Peer
from benchmarks.report import Report

WORDS = [f"{a}{b}{c}" for a in "bdfgklmn" for b in "aeiou" for c in ("st", "r", "nd", "l", "m")]

BROKEN = r"""
import os
import re
import time
from types import SimpleNamespace

from benchmarks import ours

def overestimating(texts, pairs):
    task = ours.estimating(texts, pairs)
    return lambda: [value ** 0.5 for value in task()]

def blind(texts):
    return lambda: []

def blind_to_pairs(texts, copies):
    return lambda: []

def crashing(texts):
    return lambda: os._exit(7)

def seeing_ghosts(texts):
    task = ours.finding(texts)
    return lambda: [*task(), ours.FoundPair(0, 1, "near-duplicate", 0.9, 99.0)]

def blind_stream(documents, seed, mean_words):
    return lambda: []

def cut(text):
    spans = [
        SimpleNamespace(start=m.start(), end=m.end()) for m in re.finditer(r"[^.\s][^.]*\.?", text)
    ]
    return [text[one.start:one.end] for one in spans], SimpleNamespace(sentences=spans)

def linking_equal_sentences(source, derived, *, sensitive):
    (in_a, a), (in_b, b) = cut(source), cut(derived)
    places = {text: i for i, text in enumerate(in_a)}
    pairs = [(places[text], j) for j, text in enumerate(in_b) if text in places]
    links = [
        SimpleNamespace(a=(i,), b=(j,), relation="verbatim", flags=("moved",), score=1.0)
        for i, j in pairs
    ]
    passages = [
        SimpleNamespace(
            a_start=a.sentences[pairs[0][0]].start, a_end=a.sentences[pairs[-1][0]].end,
            b_start=b.sentences[pairs[0][1]].start, b_end=b.sentences[pairs[-1][1]].end,
        )
    ] if pairs else []
    return SimpleNamespace(
        a=a, b=b, links=links, passages=passages, reuse_of_b=len(pairs) / max(1, len(in_b)),
        direction=SimpleNamespace(source="a"),
    )

def raising_aligner(source, derived, *, sensitive):
    return 1 / 0

def deaf_when_sensitive(source, derived, *, sensitive):
    if sensitive:
        os._exit(7)
    return linking_equal_sentences(source, derived, sensitive=sensitive)

class Seeing:
    def __init__(self, texts):
        self.texts = texts

    def find(self):
        return [(0, 1), (0, len(self.texts) - 1)]

class Flagging(Seeing):
    def find(self):
        return [(0, 0), (1, 1)]

class Crashing(Seeing):
    def find(self):
        os._exit(7)

class WholeTexts:
    def match(self, source, derived):
        return [((0, len(source)), (0, len(derived)))]

class Hanging:
    def __init__(self, texts):
        pass

    def sign(self):
        time.sleep(1000)

    def estimates(self, pairs):
        return []

class Raising(Hanging):
    def sign(self):
        raise RuntimeError("no luck")
"""


@pytest.fixture(scope="module")
def corpora(tmp_path_factory):
    folder = tmp_path_factory.mktemp("corpora")
    draw = random.Random(1)
    records = [
        {"id": f"r{i}", "text": " ".join(draw.choices(WORDS, k=draw.randint(150, 250)))}
        for i in range(400)
    ]
    records += [records[i] | {"id": f"again{i}"} for i in range(3)]
    write(folder / "imdb-en.jsonl", records)
    size = folder / "minhash-articles" / "100"
    size.mkdir(parents=True)
    write(size / "docs.jsonl", records[:50] + records[-3:])
    pairs = [(f"r{i}", f"again{i}") for i in range(3)]
    write(size / "groups.jsonl", [{"doc": name, "group": a} for a, b in pairs for name in (a, b)])
    return folder


@pytest.fixture(scope="module")
def labelled(corpora, tmp_path_factory):
    """The corpora, with answers and PAN-13: what is reused is three sentences, word for word."""
    folder = tmp_path_factory.mktemp("labelled")
    (folder / "imdb-en.jsonl").symlink_to(corpora / "imdb-en.jsonl")
    draw = random.Random(2)
    source, made, other = (sentences(draw, 9) for _ in range(3))
    made[2:5] = source[4:7]
    answers = folder / "clough-stevenson"
    answers.mkdir()
    texts = {"non": other, "cut": made}
    write(
        answers / "pairs.jsonl",
        # A separator that is a line's end for str.splitlines, and not in a file.
        [
            {"raw": level, "text1": " ".join(text), "text2": "\x85".join(source)}
            for level, text in texts.items()
        ],
    )
    train = folder / "pan13-text-alignment" / "train"
    (train / "src").mkdir(parents=True)
    (train / "susp").mkdir()
    for number, (kind, cases) in enumerate(PLANTED.items()):
        names = []
        for case in cases:
            source, made, name = sentences(draw, 9), sentences(draw, 9), f"{number}{len(names)}"
            if case:
                made[2:5] = source[4:7]
            attributes = [("name", "plagiarism" if case else "about")]
            for side, folder_name, text, first in (
                ("source", "src", source, 4),
                ("this", "susp", made, 2),
            ):
                (train / folder_name / f"{folder_name}{name}.txt").write_bytes(
                    "\r\n".join(text).encode()
                )
                start = len("\r\n".join([*text[:first], ""]))
                attributes += [
                    (f"{side}_offset", start),
                    (f"{side}_length", len("\r\n".join(text[first : first + 3]))),
                ]
            names.append(name)
            (train / kind).mkdir(exist_ok=True)
            feature = " ".join(f'{key}="{value}"' for key, value in attributes)
            (train / kind / f"susp{name}-src{name}.xml").write_text(
                f"<document><feature {feature}/></document>"
            )
        lines = [f"susp{name}.txt src{name}.txt\n" for name in names]
        (train / kind / "pairs").write_text("".join(lines))
    return folder


@pytest.fixture
def broken(tmp_path, monkeypatch):
    (tmp_path / "broken_of_a_test.py").write_text(BROKEN)
    monkeypatch.syspath_prepend(tmp_path)
    return importlib.import_module("broken_of_a_test")


# The kinds of PAN-13, and whether the pairs of each have a case.
PLANTED = {
    "01-no-plagiarism": [False] * 3,
    "02-no-obfuscation": [True] * 40,
    "03-random-obfuscation": [True] * 10,
    "04-translation-obfuscation": [True],
    "05-summary-obfuscation": [True, False],
}


def sentences(draw, count):
    return [" ".join(draw.choices(WORDS, k=8)).capitalize() + "." for _ in range(count)]


def write(path, records):
    path.write_text("".join(json.dumps(record) + "\n" for record in records))


def peer(name, package="json"):
    return Peer(name, f"broken_of_a_test:{name}", package, 1, None, "says nothing.")


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


def test_speed(corpora, capsys):
    report = speed.run(corpora, rivals=(), repetitions=2)
    report.conclude()
    result = json.loads(report.to_json())
    check_shape(result)
    check_width(capsys.readouterr().out)
    assert not report.wrong
    assert not report.failures
    one = result["figures"]["dedup, 1 thread"]
    assert one["unit"] == "MB per CPU second"
    assert len(one["values"]) == 2
    bars = {bar["what"]: bar for bar in result["bars"]}
    assert bars["mean error of dedup's estimate"]["met"]
    assert bars["sketch / daft"]["met"] is None


def test_speed_fails_when_the_estimates_are_wrong(corpora, broken):
    report = speed.run(corpora, rivals=(), repetitions=1, estimate=broken.overestimating)
    assert any("bias" in line for line in report.wrong)


def test_speed_goes_on_without_a_peer_that_is_absent_hangs_or_raises(corpora, broken, capsys):
    rivals = [peer("Absent", "no_such_package"), peer("Hanging"), peer("Raising")]
    report = speed.run(corpora, rivals=rivals, repetitions=1, limit_seconds=5)
    report.conclude()
    assert report.failures == {
        "Absent": "not installed: pip install no_such_package",
        "Hanging": "took longer than 5 s",
        "Raising": "raised RuntimeError: no luck",
    }
    assert "pip install no_such_package" in capsys.readouterr().out
    assert "dedup, 1 thread" in report.figures
    assert not report.wrong


@pytest.mark.parametrize("rival", PEERS, ids=lambda rival: rival.name)
def test_peers_that_are_installed_agree_with_the_truth(rival, corpora):
    if rival.absent():
        pytest.skip(rival.absent())
    report = speed.Report("speed", 1)
    texts = speed.english(corpora).texts
    speed.agreement(report, texts, [rival], speed.ours.estimating, 60)
    assert not report.failures
    assert report.figures[f"{rival.name}, mean absolute error of the estimate"].median < 0.06


def test_scan(corpora, tmp_path):
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
    assert len(result["figures"]["planted, datasketch, CPU"]["values"]) == scan.REPETITIONS
    assert result["figures"]["planted, dedup, copies, recall"]["median"] == 1
    assert result["figures"]["planted, dedup, copies, precision"]["median"] == 1
    assert 0.5 < result["figures"]["planted, datasketch, 32 × 4, recall"]["median"] <= 1
    assert {"jaccard", "measured", "theory", "pairs"} == set(result["details"]["s-curve"][0])


def test_scan_fails_when_nothing_is_found(corpora, broken):
    report = scan.run(corpora, rivals=(), find=broken.blind)
    assert any(line.startswith("near-duplicates, recall: 0") for line in report.wrong)
    assert any(line.startswith("derived, 140 words") for line in report.wrong)


def test_scan_fails_when_what_is_found_is_not_there(corpora, broken):
    wrong = "\n".join(scan.run(corpora, rivals=(), find=broken.seeing_ghosts).wrong)
    assert "near-duplicates, precision" in wrong
    assert "shuffle test, pairs: 1" in wrong
    assert "minhash-articles/100, precision" in wrong


def test_scan_fails_when_it_crashes(corpora, broken):
    wrong = scan.run(corpora, rivals=(), find=broken.crashing).wrong
    assert "base: crashed (exit status 7)" in wrong
    assert "shuffled words: crashed (exit status 7)" in wrong


def test_scan_says_what_is_missing(tmp_path, corpora):
    assert "there is no imdb-en.jsonl" in run_command("scan", "--corpora", tmp_path).output
    (tmp_path / "imdb-en.jsonl").write_bytes((corpora / "imdb-en.jsonl").read_bytes())
    report = scan.run(tmp_path, rivals=())
    assert "is not there" in report.failures["minhash-articles"]


@pytest.mark.parametrize("rival", FINDERS, ids=lambda rival: rival.name)
def test_finders_that_are_installed_find_copies(rival, corpora):
    if rival.absent():
        pytest.skip(rival.absent())
    if rival.name == "semhash":
        pytest.skip("its model is a download")
    texts = speed.english(corpora).texts[:30]
    found = peers.finding([*texts, texts[3] + " st", texts[7]], rival.adapter)()
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


def test_a_race_is_judged_by_counting(corpora, broken, capsys):
    texts = speed.english(corpora).texts[:40]
    track = race.Track("tiny", [*texts, texts[0] + " st"], [(0, 40)])
    report = Report("scan", 1, 2)
    rivals = [peer(name) for name in ("Seeing", "Flagging", "Crashing")]
    rivals.append(peer("Absent", "no_such_package"))
    race.run(report, track, rivals, repetitions=2, limit_seconds=60)
    check_width(capsys.readouterr().out)
    figures = {name: figure.median for name, figure in report.figures.items()}
    assert figures["tiny, dedup, copies, recall"] == figures["tiny, dedup, copies, precision"] == 1
    assert figures["tiny, Seeing, recall"] == 1
    assert figures["tiny, Seeing, precision"] == 0.5
    assert figures["tiny, Flagging, recall"] == figures["tiny, Flagging, precision"] == 0.5
    assert report.failures == {
        "tiny, Crashing": "crashed (exit status 7)",
        "Absent": "not installed: pip install no_such_package",
    }
    assert not report.wrong


def test_a_race_that_dedup_loses_in_truth_fails(corpora, broken, monkeypatch):
    texts = speed.english(corpora).texts[:40]
    monkeypatch.setattr(race.ours, "finding_pairs", broken.blind_to_pairs)
    track = race.Track("tiny", [*texts, texts[0] + " st"])
    report = Report("scan", 1)
    race.run(report, track, [peer("Seeing")], repetitions=1, limit_seconds=60)
    assert report.wrong == ["tiny, recall: 0, must be ≥ 1"]


def test_align(labelled, broken, capsys):
    report = align.run(labelled, rivals=[peer("WholeTexts")], pan=60, repetitions=2)
    report.conclude()
    check_shape(json.loads(report.to_json()))
    check_width(capsys.readouterr().out)
    assert not report.failures
    figures = {name: figure.median for name, figure in report.figures.items()}
    assert figures["read by hand, WholeTexts, recall"] == 1
    assert figures["read by hand, dedup, sentences, plagdet"] > 0.9
    assert figures["PAN-13, dedup, passages, plagdet"] > figures["PAN-13, WholeTexts, plagdet"]


def test_align_says_what_is_missing(corpora):
    report = align.run(corpora, rivals=(), repetitions=1)
    assert "is not there" in report.failures["pan13-text-alignment"]


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
    for size in (1000, 2000, 4000):
        report.figure(f"{size} documents, cpu_seconds", "seconds", size / 1000)
    report.details["s-curve"] = [
        {"jaccard": x / 10, "measured": x / 10, "theory": x / 10} for x in range(11)
    ]
    report.figure("dedup, 1 thread", "MB per CPU second", 400, 410, 390)
    drawn = plot.draw(report.to_dict(), tmp_path)
    names = {"growth", "planted-cpu", "planted-precision-recall", "s-curve", "text-to-signatures"}
    assert {path.name for path in drawn} == {f"scan-{name}.svg" for name in names}
    assert "n^1.00" in (tmp_path / "scan-growth.svg").read_text()
    before = [path.read_bytes() for path in drawn]
    assert [path.read_bytes() for path in plot.draw(report.to_dict(), tmp_path)] == before


def test_quality(labelled, broken, capsys):
    report = quality.run(labelled, aligner=broken.linking_equal_sentences)
    report.conclude()
    result = json.loads(report.to_json())
    check_shape(result)
    check_width(capsys.readouterr().out)
    assert not report.failures
    figures = {name: figure["median"] for name, figure in result["figures"].items()}
    assert figures["nato default, precision"] == 1
    assert 0.1 < figures["nato default, recall"] < 0.9
    assert figures["nato default, source recognised"] == 1
    assert len(result["figures"]["003-001"]["values"]) == quality.REPETITIONS
    assert figures["clough-stevenson default, mean reuse, cut"] == pytest.approx(3 / 9)
    assert figures["clough-stevenson sensitive, AUC"] == 1
    for kind in ("all", "verbatim", "half 1, verbatim", "half 2, verbatim", "summary"):
        assert figures[f"pan13 default, {kind}, plagdet"] == 1, kind
    assert figures["pan13 default, detected in pairs without reuse"] == 0
    bars = {bar["what"]: bar for bar in result["bars"]}
    assert bars["pan13 better, all, plagdet"]["met"]
    assert bars["pan13 sensitive, all pairs, CPU s"]["met"]
    assert bars["nato default, recall"]["met"] is False
    assert any(line.startswith("nato default, recall") for line in report.wrong)


def test_quality_of_some_pairs_of_pan_sets_no_bars_on_them(labelled, broken, capsys):
    report = quality.run(labelled, pan=20, aligner=broken.linking_equal_sentences)
    assert 5 <= int(capsys.readouterr().out.partition("PAN-13, default: ")[2].split()[0]) <= 40
    assert report.figures["pan13 default, all, plagdet"].median == 1
    assert not any(bar.what.startswith("pan13") for bar in report.bars)


def test_quality_fails_when_the_aligner_does(labelled, broken, capsys):
    report = quality.run(labelled, aligner=broken.raising_aligner)
    report.conclude()
    check_width(capsys.readouterr().out)
    reason = "raised ZeroDivisionError: division by zero"
    assert report.failures["003-001"] == reason
    assert report.failures["clough-stevenson, sensitive"] == reason
    first = f"{reason}, in one of the 50 pairs from susp00-src00 on"
    assert report.failures["pan13-text-alignment, default"] == first
    assert len(report.wrong) == len(report.failures) == 8
    assert not any(bar.met for bar in report.bars)


def test_quality_goes_on_when_one_setting_fails(labelled, broken):
    report = quality.run(labelled, aligner=broken.deaf_when_sensitive)
    assert report.failures["examples/nato, sensitive"] == "crashed (exit status 7)"
    assert report.figures["pan13 default, all, plagdet"].median == 1
    bars = {bar.what: bar.met for bar in report.bars}
    assert bars["pan13 better, all, plagdet"]
    assert bars["pan13 sensitive, all pairs, CPU s"] is None


def test_quality_says_what_is_missing(corpora, broken):
    report = quality.run(corpora, aligner=broken.linking_equal_sentences)
    assert set(report.failures) == {"clough-stevenson", "pan13-text-alignment"}
    assert all(reason.endswith("is not there") for reason in report.failures.values())
    assert not report.broken


def test_quality_is_a_command(corpora, monkeypatch):
    asked = []

    def run(*arguments, **options):
        asked.append((*arguments, options))
        return Report("quality", 1)

    monkeypatch.setattr(quality, "run", run)
    assert run_command("quality", "--corpora", corpora, "--pan", 500).exit_code == 0
    assert asked == [(corpora, {"pan": 500})]


def test_scale(capsys):
    report = scale.run((1000, 2000))
    report.conclude()
    result = json.loads(report.to_json())
    check_shape(result)
    check_width(capsys.readouterr().out)
    assert not report.wrong
    assert result["figures"]["2000 documents, recall"]["median"] == 1


def test_scale_fails_when_nothing_is_found(broken):
    report = scale.run((200,), scanning=broken.blind_stream)
    assert report.wrong == ["200 documents, recall: 0, must be ≥ 0.990"]


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
