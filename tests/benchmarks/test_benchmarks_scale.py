"""`scale` on few documents: it runs, its JSON has its shape, a wrong result fails."""

import json

import broken_contestants as broken
import pytest
from benchmark_checks import check_shape, check_width

from benchmarks import scale, streams
from benchmarks.synthetic import planted_documents
from dedup import Document, scan

pytestmark = pytest.mark.usefixtures("quick_processes")


def test_scale(capsys):
    report = scale.run((1000, 2000))
    report.conclude()
    result = json.loads(report.to_json())
    check_shape(result)
    check_width(capsys.readouterr().out)
    assert not report.wrong
    figures = {name: figure["median"] for name, figure in result["figures"].items()}
    assert figures["2000 documents, recall"] == 1
    assert figures["2000 documents, index_memory_bytes"] > figures["1000 documents, text_bytes"] / 2


def test_scale_fails_when_nothing_is_found():
    report = scale.run((200,), scanning=broken.blind_stream)
    assert report.wrong == ["200 documents, recall: 0, must be ≥ 0.990"]


def test_a_stream_is_a_scan_of_its_documents_and_an_index_holds_them():
    documents = [Document(one.id, one.text) for one in planted_documents(300, 5, mean_words=40)]
    found = streams.scanning_stream(300, 5, 40)()
    assert found.pairs == [(pair.a, pair.b) for pair in scan(documents).pairs]
    assert found.text_bytes == sum(len(one.text.encode()) for one in documents)
    assert found.making_cpu_seconds > 0
    # A digest of 16 bytes, 32 bands of 4, two offsets and a count; names and fingerprints besides.
    held = streams.indexing_stream(300, 5, 40)().memory_bytes
    assert 300 * (16 + 128 + 24) < held < 300 * 1000


def series(report, name):
    (found,) = (one for one in report.details["growth"] if one["what"] == name)
    return found


def test_growth_is_that_of_the_sizes_from_which_it_is_fitted(monkeypatch):
    def measure(report, size, _scanning, _indexing):
        return {
            "documents": float(size),
            "text_bytes": size * 100.0,
            "cpu_seconds": 1e-9 * size**1.5 if size > 1000 else 7.0,
            "wall_seconds": 1.0,
            "peak_bytes": 5e8 + 1000.0 * size,
            "index_memory_bytes": 300.0 * size,
            "recall": 1.0,
            "others": 0.0,
        }

    monkeypatch.setattr(scale, "_measure", measure)
    monkeypatch.setattr(scale, "LIMIT_BYTES", 3e9)
    report = scale.run((1_000, 10_000, 100_000, 1_000_000, 10_000_000))
    assert series(report, "CPU time")["exponent"] == pytest.approx(1.5)
    assert series(report, "index in memory")["exponent"] == pytest.approx(1)
    assert len(series(report, "CPU time")["points"]) == 4
    assert report.figures["memory of one document more"].median == pytest.approx(1000)
    # What the machine does not have is no fault of the scan.
    reason = "would take about 10 GB of memory, of 3 to use"
    assert report.failures == {"10,000,000 documents": reason}
    assert not report.wrong
