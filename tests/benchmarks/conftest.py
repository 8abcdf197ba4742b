"""Folders of tiny corpora."""

import multiprocessing
import random
import sys

import pytest
from tiny_corpora import PLANTED, WORDS, sentences, write

from benchmarks import worker


@pytest.fixture(scope="session", autouse=True)
def _workers_without_pytest():
    """A process that is spawned imports what its parent began with: pytest, for half its time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys.modules["__main__"], "__spec__", None)
        patch.delattr(sys.modules["__main__"], "__file__", raising=False)
        yield


@pytest.fixture(scope="module")
def quick_processes():
    """Processes that begin with NumPy and dedup loaded, which takes longer than most tests do."""
    multiprocessing.set_forkserver_preload(["benchmarks.ours", "benchmarks.streams"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(worker, "START", "forkserver")
        yield


@pytest.fixture(scope="session")
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


@pytest.fixture(scope="session")
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
    licences = folder / "license-texts"
    licences.mkdir()
    originals = [draw.choices(WORDS, k=120) for _ in range(3)]
    # Of each two copies: one with a word of its own, one without its end.
    texts = [
        (f"{name}{i}", " ".join(words))
        for name, original in zip("abc", originals, strict=True)
        for i, words in enumerate(
            (original, [*original[:60], "new", *original[61:]], original[:110])
        )
    ]
    write(licences / "docs.jsonl", [{"id": name, "text": text} for name, text in texts])
    write(licences / "groups.jsonl", [{"doc": name, "group": name[0]} for name, _ in texts])
    bills = folder / "lid-policy-diffusion"
    bills.mkdir()
    write(bills / "docs.jsonl", [{"id": name, "text": text} for name, text in texts])
    write(bills / "groups.jsonl", [{"doc": name, "group": ord(name[0])} for name, _ in texts])
    passages = [sentences(draw, 3) for _ in range(3)]
    write(
        bills / "pairs.jsonl",
        [
            {"text1": " ".join(a), "text2": " ".join(b), "label": label, "raw": {"score": score}}
            for a, b, label, score in (
                (passages[0], passages[0], 1, "9.5"),
                (passages[1], passages[0], 0, "12"),
                (passages[2], passages[2], None, "1"),
                (passages[1], passages[2], 0, "3"),
            )
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
