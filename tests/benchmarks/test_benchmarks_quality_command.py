"""`quality` on tiny corpora: it runs, its JSON has its shape, a wrong result fails."""

import json

import broken_contestants as broken
import pytest
from benchmark_checks import check_shape, check_width, run_command

from benchmarks import bills, licences, ours, pan13_quality, quality
from benchmarks.report import Report
from benchmarks.trials import Trials

pytestmark = pytest.mark.usefixtures("quick_processes")


def test_quality(labelled, capsys):
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
    assert figures["passages of bills default, AUC"] == 1
    assert figures["passages of bills Smith-Waterman, AUC"] == 0.5
    assert figures["licences, precision"] == figures["bills, any relation, precision"] == 1
    bars = {bar["what"]: bar for bar in result["bars"]}
    assert bars["pan13 better, all, plagdet"]["met"]
    assert bars["pan13 sensitive, all pairs, CPU s"]["met"]
    assert bars["nato default, recall"]["met"] is False
    assert any(line.startswith("nato default, recall") for line in report.wrong)


def pan13(labelled, aligner, count=None):
    report = Report("quality", 1)
    trials = Trials(report, aligner, 60)
    pan13_quality.measure(labelled / pan13_quality.CORPUS, trials, count=count)
    return report


def test_some_pairs_of_pan_set_no_bars(labelled, capsys):
    report = pan13(labelled, broken.linking_equal_sentences, count=20)
    assert 5 <= int(capsys.readouterr().out.partition("PAN-13, default: ")[2].split()[0]) <= 40
    assert report.figures["pan13 default, all, plagdet"].median == 1
    assert not report.bars


def test_quality_fails_when_the_aligner_does(labelled, capsys):
    report = quality.run(labelled, aligner=broken.raising_aligner)
    report.conclude()
    check_width(capsys.readouterr().out)
    reason = "raised ZeroDivisionError: division by zero"
    assert report.failures["003-001"] == reason
    assert report.failures["clough-stevenson, sensitive"] == reason
    first = f"{reason}, in one of the 50 pairs from susp00-src00 on"
    assert report.failures["pan13-text-alignment, default"] == first
    assert len(report.wrong) == len(report.failures) == 10
    met = [bar.what for bar in report.bars if bar.met]
    assert all(what.startswith(("licences, ", "bills, ")) for what in met)


def test_the_other_setting_goes_on_when_one_fails(labelled):
    report = pan13(labelled, broken.deaf_when_sensitive)
    assert "crashed (exit status 7)" in report.failures["pan13-text-alignment, sensitive"]
    assert report.figures["pan13 default, all, plagdet"].median == 1
    bars = {bar.what: bar.met for bar in report.bars}
    assert bars["pan13 better, all, plagdet"]
    assert bars["pan13 sensitive, all pairs, CPU s"] is None


@pytest.fixture
def found_in_licences(labelled):
    def found(find):
        report = Report("quality", 1)
        licences.measure(labelled / licences.CORPUS, report, find, 60)
        return report

    return found


def test_licences(found_in_licences, capsys):
    report = found_in_licences(ours.scanning)
    check_width(capsys.readouterr().out)
    assert not report.wrong
    values = {name: figure.median for name, figure in report.figures.items()}
    for what in ("precision", "pairs found", "texts with one, found", "families kept together"):
        assert values[f"licences, {what}"] == 1, what
    assert values["licences, likest text has the licence"] == 1
    assert report.details["license-texts"]["redundant"] == 6


def test_licences_fail_when_nothing_is_found(found_in_licences):
    report = found_in_licences(broken.seeing_nothing)
    assert report.wrong == [
        "licences, texts with one, found: 0, must be ≥ 0.990",
        "licences, families kept together: 0, must be ≥ 0.970",
        "licences, likest text has the licence: 0, must be ≥ 0.910",
    ]


def test_licences_fail_when_what_is_found_is_not_there(found_in_licences):
    (wrong,) = found_in_licences(broken.seeing_too_much).wrong
    assert wrong == "licences, precision: 0.900, must be ≥ 1"


def test_licences_fail_when_the_scan_does(found_in_licences):
    assert found_in_licences(broken.crashing).wrong == ["license-texts: crashed (exit status 7)"]


def test_bills_are_judged_by_their_groups(labelled, capsys):
    for find, recall in ((ours.scanning, 1.0), (broken.seeing_nothing, 0.0)):
        report = Report("quality", 1)
        bills.groups(labelled / bills.CORPUS, report, find, 60)
        check_width(capsys.readouterr().out)
        assert report.figures["bills, any relation, recall"].median == recall
        assert bool(report.wrong) == (recall == 0)


def test_passages_of_bills_fail_when_all_look_the_same(labelled):
    report = Report("quality", 1)
    bills.passages(labelled / bills.CORPUS, Trials(report, broken.numb, 60))
    assert report.wrong == ["passages of bills default, AUC: 0.500, must be ≥ 0.930"]


def test_quality_is_a_command(corpora, monkeypatch):
    asked = []

    def run(*arguments, **options):
        asked.append((*arguments, options))
        return Report("quality", 1)

    monkeypatch.setattr(quality, "run", run)
    assert run_command("quality", "--corpora", corpora, "--pan", 500).exit_code == 0
    assert asked == [(corpora, {"pan": 500})]
