"""Contestants and parts of `dedup` that are wrong, each in its own way; real processes run them."""

import os
import re
import time
from types import SimpleNamespace

from benchmarks import ours, streams


def overestimating(texts, pairs):
    task = ours.estimating(texts, pairs)
    return lambda: [value**0.5 for value in task()]


def blind(texts):
    return list


def blind_to_pairs(texts, copies):
    return list


def crashing(texts, copies=False):
    return lambda: os._exit(7)


def seeing_ghosts(texts):
    task = ours.finding(texts)
    return lambda: [*task(), ours.FoundPair(0, 1, "near-duplicate", 0.9, 99.0)]


def seeing_nothing(texts):
    return lambda: ours.FoundPairs([], {"large_buckets": 0}, 0, 0)


def seeing_too_much(texts):
    found = ours.scanning(texts)()
    ghost = ours.FoundPair(0, len(texts) - 1, "near-duplicate", 0.9, 99.0)
    return lambda: found._replace(pairs=[*found.pairs, ghost])


def blind_stream(documents, seed, mean_words):
    return lambda: streams.StreamScan([], 0.0, 0.0, 1)


def cut(text):
    spans = [
        SimpleNamespace(start=m.start(), end=m.end()) for m in re.finditer(r"[^.\s][^.]*\.?", text)
    ]
    return [text[one.start : one.end] for one in spans], SimpleNamespace(sentences=spans)


def linking_equal_sentences(source, derived, *, sensitive):
    (in_a, a), (in_b, b) = cut(source), cut(derived)
    places = {text: i for i, text in enumerate(in_a)}
    pairs = [(places[text], j) for j, text in enumerate(in_b) if text in places]
    links = [
        SimpleNamespace(a=(i,), b=(j,), relation="verbatim", flags=("moved",), score=1.0)
        for i, j in pairs
    ]
    passages = (
        [
            SimpleNamespace(
                a_start=a.sentences[pairs[0][0]].start,
                a_end=a.sentences[pairs[-1][0]].end,
                b_start=b.sentences[pairs[0][1]].start,
                b_end=b.sentences[pairs[-1][1]].end,
            )
        ]
        if pairs
        else []
    )
    return SimpleNamespace(
        a=a,
        b=b,
        links=links,
        passages=passages,
        reuse_of_b=len(pairs) / max(1, len(in_b)),
        direction=SimpleNamespace(source="a"),
        evidence_bits=10.0 * len(pairs),
    )


def numb(source, derived, *, sensitive):
    found = linking_equal_sentences(source, derived, sensitive=sensitive)
    found.evidence_bits = 0.0
    return found


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


class Sleeping(Seeing):
    def find(self):
        time.sleep(1000)


class Eating(Seeing):
    def find(self):
        eaten = []
        while True:
            eaten.append(bytearray(os.urandom(1)) * 50_000_000)
            time.sleep(0.01)


class WholeTexts:
    def match(self, source, derived):
        return [((0, len(source)), (0, len(derived)))]


class Raising:
    def __init__(self, texts):
        pass

    def estimates(self, _pairs):
        return []

    def sign(self):
        raise RuntimeError("no luck")
