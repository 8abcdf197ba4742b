"""A folder of corpora that is missing, half there or broken: it is said, and the rest goes on."""

import json
import shutil

import broken_contestants as broken
import pytest
from benchmark_checks import run_command

from benchmarks import (
    align,
    answers,
    bills,
    licences,
    pan13_quality,
    quality,
    scan,
    short,
    startup,
    texts,
)
from benchmarks.report import Report
from benchmarks.trials import Trials

NAMES = {answers.CORPUS, bills.CORPUS, licences.CORPUS, pan13_quality.CORPUS}
CASES = "pan13-text-alignment/train/02-no-obfuscation/susp10-src10.xml"

pytestmark = pytest.mark.usefixtures("quick_processes")


@pytest.fixture(autouse=True)
def few_synthetic_texts(monkeypatch):
    monkeypatch.setattr(texts, "_SYNTHETIC_DOCUMENTS", 60)


@pytest.fixture
def folder(labelled, tmp_path):
    """A copy that may be broken."""
    return shutil.copytree(labelled, tmp_path / "corpora")


def line(path, number, text):
    lines = path.read_text("utf-8").splitlines(keepends=True)
    lines[number - 1] = text + "\n"
    path.write_bytes("".join(lines).encode("utf-8", "surrogateescape"))


@pytest.mark.parametrize("command", ["speed", "scan", "align", "quality"])
def test_a_folder_that_is_missing_is_a_mistake_in_the_command(command, tmp_path):
    outcome = run_command(command, "--corpora", tmp_path / "nowhere")
    assert outcome.exit_code == 2
    assert "nowhere' does not exist" in outcome.output


def test_an_empty_folder_is_said_and_measured_without(tmp_path):
    report = quality.run(tmp_path, aligner=broken.linking_equal_sentences)
    assert set(report.failures) == {*NAMES, "imdb-en.jsonl"}
    assert all("is not there" in reason for reason in report.failures.values())
    assert report.figures["large pair"].values
    assert not report.damaged
    assert report.corpora[1]["name"] == "A large pair from Synthetic text: Zipf words"


def test_without_a_folder_nothing_is_broken():
    report = quality.run(None, aligner=broken.linking_equal_sentences)
    assert report.failures == dict.fromkeys(NAMES, "no --corpora")
    assert not report.damaged


@pytest.mark.parametrize(
    ("name", "file", "damage", "reason"),
    [
        (licences.CORPUS, "docs.jsonl", (3, "{"), "docs.jsonl:3: no JSON: Expecting property name"),
        (licences.CORPUS, "docs.jsonl", (3, "[" * 100_000), "docs.jsonl:3: no JSON: "),
        (licences.CORPUS, "docs.jsonl", (2, "7"), "docs.jsonl:2: no JSON object"),
        (
            licences.CORPUS,
            "docs.jsonl",
            (2, '{"id": "a1"}'),
            "docs.jsonl:2: 'text' is missing or of another type",
        ),
        (licences.CORPUS, "docs.jsonl", (2, "\udcff"), "docs.jsonl:2: no JSON: 'utf-8' codec"),
        (
            licences.CORPUS,
            "groups.jsonl",
            (1, '{"doc": "who", "group": 1}'),
            "groups.jsonl: who is not in docs.jsonl",
        ),
        (licences.CORPUS, "groups.jsonl", None, "groups.jsonl: No such file or directory"),
        (
            bills.CORPUS,
            "pairs.jsonl",
            (2, '{"text1": "", "text2": "", "label": 5, "raw": {}}'),
            "pairs.jsonl: a label that is not 0, 1 or null: 5",
        ),
        (
            bills.CORPUS,
            "pairs.jsonl",
            (2, '{"text1": "", "text2": "", "label": 0, "raw": {}}'),
            "pairs.jsonl: a pair without the score of the search: 'score'",
        ),
        (answers.CORPUS, "pairs.jsonl", None, "pairs.jsonl: No such file or directory"),
        (answers.CORPUS, "pairs.jsonl", (1, ""), "pairs.jsonl: no two levels of reuse"),
        (
            pan13_quality.CORPUS,
            "train/02-no-obfuscation/pairs",
            (2, "one two three"),
            "pairs:2: not the names of two texts",
        ),
        (
            pan13_quality.CORPUS,
            "train/02-no-obfuscation/susp10-src10.xml",
            (1, "<document>"),
            "susp10-src10.xml: not the cases of a pair: no element found",
        ),
        (
            pan13_quality.CORPUS,
            "train/02-no-obfuscation/susp10-src10.xml",
            (1, "<document><feature name='plagiarism' source_offset='1'/></document>"),
            "susp10-src10.xml: not the cases of a pair: 'source_length'",
        ),
        (pan13_quality.CORPUS, "train/src/src10.txt", None, "src10.txt: No such file or directory"),
        (
            pan13_quality.CORPUS,
            "train/src/src10.txt",
            (1, "\udcff"),
            "src10.txt: no UTF-8 at byte 0",
        ),
    ],
)
def test_a_broken_file_is_named_and_its_corpus_left_out(folder, name, file, damage, reason):
    path = folder / name / file
    if damage:
        line(path, *damage)
    else:
        path.unlink()
    (folder / "next").mkdir()
    report = Report("quality", 1)
    trials = Trials(report, broken.linking_equal_sentences, 60)
    measure = quality.measures(trials, None, broken.seeing_nothing, 60)[name]
    measured = []
    texts.each(report, folder, {name: measure, "next": measured.append})
    assert report.damaged == [name]
    assert report.failures[name].startswith(str(folder / name))
    assert reason in report.failures[name]
    assert measured == [folder / "next"]


def test_what_is_no_file_is_said(folder):
    path = folder / licences.CORPUS / "docs.jsonl"
    path.unlink()
    path.mkdir()
    with pytest.raises(texts.CorpusError, match=r"docs\.jsonl: Is a directory"):
        texts.records(path, id=str)


def test_broken_reviews_are_left_out(folder):
    line(folder / texts.REVIEWS, 5, '{"id": "x"')
    line(folder / texts.REVIEWS, 7, '{"id": "x", "text": null}')
    report = Report("scan", 1)
    reviews = texts.english(report, folder)
    assert len(reviews.texts) == 401
    assert report.damaged == [texts.REVIEWS]
    reason = report.failures[texts.REVIEWS]
    assert reason.startswith(f"2 lines left out, the first {folder / texts.REVIEWS}:5: no JSON: ")


@pytest.mark.parametrize("content", [b"", b"\n \n", b"\xff\xfe\n"])
def test_reviews_without_a_record_are_no_reviews(tmp_path, content):
    (tmp_path / texts.REVIEWS).write_bytes(content)
    report = Report("scan", 1)
    assert texts.english(report, tmp_path).path is None
    assert report.failures[texts.REVIEWS].endswith("; synthetic text in its place")
    assert report.damaged == [texts.REVIEWS]


def test_an_article_size_that_is_broken_is_left_out(folder):
    articles = folder / "minhash-articles"
    shutil.copytree(folder / "license-texts", articles / "100")
    (articles / "1000").mkdir(parents=True)
    report = Report("scan", 1)
    scan.articles(scan.Scans(report, broken.seeing_ghosts, 60), articles)
    assert list(report.failures) == ["minhash-articles/1000"]
    assert "docs.jsonl: No such file" in report.failures["minhash-articles/1000"]
    assert "minhash-articles/100, recall" in report.figures


def test_align_goes_on_without_a_broken_corpus(folder):
    (folder / CASES).write_text("<document>")
    report = align.run(folder, rivals=(), repetitions=1, pan=1000)
    assert report.damaged == ["pan13-text-alignment"]
    assert "read by hand, dedup, sentences, plagdet" in report.figures


def test_a_broken_file_is_the_exit_status_and_named(monkeypatch, tmp_path):
    report = Report("startup", 1)
    report.unreadable("license-texts", "docs.jsonl:3: no JSON")
    monkeypatch.setattr(startup, "run", lambda: report)
    outcome = run_command("startup", "--json", tmp_path / "x.json")
    assert outcome.exit_code == 2
    assert outcome.stderr == "UNREADABLE: docs.jsonl:3: no JSON\n"
    assert json.loads((tmp_path / "x.json").read_text())["unreadable"] == ["license-texts"]
    report.at_least("truth", 0.5, 1.0, truth=True)
    assert run_command("startup").exit_code == 1


def test_the_short_run_goes_on_too(monkeypatch, tmp_path):
    def run(corpora, _wanted):
        for name in ("speed", "scan"):
            report = Report(name, 1)
            texts.english(report, corpora)
            yield report

    (tmp_path / texts.REVIEWS).write_text("{")
    monkeypatch.setattr(short, "run", run)
    outcome = run_command("--corpora", tmp_path)
    assert outcome.exit_code == 2
    assert outcome.stderr.count("imdb-en.jsonl:1: no JSON") == 2
