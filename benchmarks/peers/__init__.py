"""The peers: how each is used, and what it is used for.

An adapter is a module here with a class for each way of using its peer. A `Signer` takes texts and
signs them, a `Finder` takes texts and finds the pairs among them that are alike, a `Matcher` finds
what two texts have in common. All work on word 5-grams with 128 permutations where they have such a
choice. Only the peer's own process imports an adapter.
"""

from __future__ import annotations

import importlib
import importlib.util
import itertools
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import click

NUM_PERM = 128
SHINGLE_WORDS = 5
THRESHOLD = 0.7  # from here on, texts are alike
ENVIRONMENT = {"RAYON_NUM_THREADS": "1"}  # one thread, where that can be said
_LARGEST_CLUSTER = 100
BATCH_CHARS = 4_000_000  # what a pipeline hands over at once


class Signer(Protocol):
    """One way of using one peer."""

    def sign(self) -> None:
        """Text to signatures, all texts; what is timed."""

    def estimates(self, pairs: Sequence[tuple[int, int]]) -> list[float]:
        """Estimated Jaccard of pairs of the texts that were signed."""


class Finder(Protocol):
    """One way of finding pairs with one peer."""

    def find(self) -> list[tuple[int, int]]:
        """Text to pairs, all texts, at `THRESHOLD`; what is timed.

        Who only knows that a text has a partner, and not which, gives it with itself.
        """


class Matcher(Protocol):
    """One way of comparing two texts with one peer."""

    def match(self, source: str, derived: str) -> list[Match]:
        """What the second text took from the first; what is timed."""


Match = tuple[tuple[int, int], tuple[int, int]]
"""Where a stretch of the source and its like in the other text begin and end, in code points."""


@dataclass(frozen=True, slots=True)
class Peer:
    """Where a peer is found, and what is asked of it.

    Attributes:
        name: as it stands in the table.
        adapter: ``module:class``.
        package: what is imported.
        megabytes: of text to sign, so that a run takes a moment and not a minute.
        bar: how many times faster than it we must be; None when nothing was promised.
        says: what it is given and what it does besides.
        pip: what pip installs, when that is not the package; more than one word for extras.
    """

    name: str
    adapter: str
    package: str
    megabytes: float = math.inf
    bar: float | None = None
    says: str = ""
    pip: str = ""

    def absent(self) -> str | None:
        """How to install it, when it is not there."""
        if importlib.util.find_spec(self.package) is not None:
            return None
        return f"not installed: pip install {self.pip or self.package}"


PEERS = (
    Peer(
        "daft",
        "benchmarks.peers.daft:FromText",
        "daft",
        8,
        7,
        "minhash() over a DataFrame that is in memory already, of words in lower case with one "
        "space between, made outside the timed part because it does neither itself. Its CPU time "
        "is that of all its threads.",
    ),
    Peer(
        "gaoya",
        "benchmarks.peers.gaoya:FromText",
        "gaoya",
        8,
        12,
        "insert_document(), which signs and inserts; one band, so that it inserts as little as it "
        "can. Words prepared as for daft.",
    ),
    Peer(
        "rensa R",
        "benchmarks.peers.rensa:FromText",
        "rensa",
        4,
        50,
        "RMinHash.update() of 5-grams that Python makes from the text as it is: re.findall, "
        "lower, ' '.join over zip, the fastest way we know.",
    ),
    Peer(
        "rensa R, from hashes",
        "benchmarks.peers.rensa:FromHashes",
        "rensa",
        8,
        None,
        "digest_matrix_from_flat_token_hashes() of 64-bit hashes made outside the timed part: no "
        "text is read, so this row is no race from text.",
    ),
    Peer(
        "datasketch",
        "benchmarks.peers.datasketch:FromText",
        "datasketch",
        2,
        100,
        "MinHash.bulk() of 5-grams made as for rensa, and encoded; SHA-1.",
    ),
    Peer(
        "datasketch, xxhash",
        "benchmarks.peers.datasketch:FromTextXxhash",
        "xxhash",
        2,
        None,
        "the same with hashfunc=xxhash.xxh32_intdigest.",
    ),
)

FINDERS = (
    Peer(
        "gaoya",
        "benchmarks.peers.gaoya:Pairs",
        "gaoya",
        says="MinHashStringIndex of 32 × 4: insert_document() of all, then query() of all, which "
        "keeps what its estimate puts at the threshold. Words in lower case with one space "
        "between, made in the time that counts.",
    ),
    Peer(
        "rensa",
        "benchmarks.peers.rensa:Pairs",
        "rensa",
        says="RMinHashDeduplicator with 32 bands: add_pairs(), then get_duplicate_sets() of those "
        "it did not keep: which of the kept it takes them for. 5-grams made in Python.",
    ),
    Peer(
        "rensa, rho",
        "benchmarks.peers.rensa:RhoFlags",
        "rensa",
        says="its sampling sketch, digest_matrix_from_token_sets_rho(), and "
        "query_duplicate_flags_matrix_one_shot() of 32 bands. It says which texts have a "
        "partner and not which one: recall and precision are of texts, not of pairs.",
    ),
    Peer(
        "datasketch",
        "benchmarks.peers.datasketch:Pairs",
        "datasketch",
        says="MinHash.bulk(), MinHashLSH(threshold): insert(), then query() of all, as its pages "
        "show it, with the bands it chooses itself.",
    ),
    Peer(
        "datasketch, 32 × 4",
        "benchmarks.peers.datasketch:PairsOfOurBands",
        "datasketch",
        says="the same with our bands, and what its estimate puts below the threshold dropped.",
    ),
    Peer(
        "text-dedup",
        "benchmarks.peers.text_dedup:Pairs",
        "text_dedup",
        says="its command text_dedup.minhash on a JSONL file with --ngram 5 --num_perm 128; it "
        "gives clusters, of which every two are taken as a pair. Case is folded, words are cut "
        "at single characters that are no letters.",
        pip="text-dedup",
    ),
    Peer(
        "datatrove",
        "benchmarks.peers.datatrove:Pairs",
        "datatrove",
        says="its MinHash stages up to the clusters, in one process, 14 × 9, from documents in "
        "memory, through files as they do it; every two of a cluster are taken as a pair. Its "
        "English tokenizer; numbers are all the same to it.",
        pip="'datatrove[processing]' spacy",
    ),
    Peer(
        "semhash",
        "benchmarks.peers.semhash:Pairs",
        "semhash",
        says="self_deduplicate() at the threshold, which to it is one of cosines of embeddings and "
        "not of Jaccard: it answers another question. It loads its model from a hub.",
    ),
)

MATCHERS = (
    Peer(
        "difflib",
        "benchmarks.peers.difflib:Blocks",
        "difflib",
        says="SequenceMatcher of the standard library over words, matching blocks of five and "
        "more; in order only, so that nothing that moved is found.",
    ),
    Peer(
        "sentence-plagiarism",
        "benchmarks.peers.sentence_plagiarism:Sentences",
        "sentence_plagiarism",
        says="check() at a Jaccard of .5 over the words of two sentences, through files, as it "
        "takes them.",
        pip="sentence-plagiarism",
    ),
    Peer(
        "text-matcher",
        "benchmarks.peers.text_matcher:Passages",
        "text_matcher",
        says="Matcher over stems, with its own thresholds and stop words left in, because their "
        "list is a download.",
        pip="text-matcher",
    ),
)


def named(peers: Sequence[Peer], wanted: Sequence[str] | None) -> tuple[Peer, ...]:
    """Those of the peers whose name or whose name before a comma was asked for; None: all."""
    return tuple(
        peer
        for peer in peers
        if wanted is None or {peer.name, peer.name.partition(",")[0].split()[0]} & set(wanted)
    )


def parse(names: str | None) -> list[str] | None:
    """Names separated by commas.

    Raises:
        BadParameter: nobody is called so.
    """
    if names is None:
        return None
    wanted = [name.strip() for name in names.split(",") if name.strip()]
    everyone = (*PEERS, *FINDERS, *MATCHERS)
    for name in wanted:
        if not named(everyone, [name]):
            known = sorted({peer.name.partition(",")[0].split()[0] for peer in everyone})
            raise click.BadParameter(f"no peer is called {name!r}; there are {', '.join(known)}")
    return wanted


def finding(texts: Sequence[str], adapter: str) -> Callable[[], list[tuple[int, int]]]:
    """The task that finds pairs, for a worker; the adapter is given the texts in the task."""
    finder = _class(adapter)

    def find() -> list[tuple[int, int]]:
        pairs: list[tuple[int, int]] = finder(texts).find()
        return pairs

    return find


def matching(adapter: str, pairs: Sequence[tuple[str, str]]) -> Callable[[], list[list[Match]]]:
    """The task that compares pairs of texts, for a worker."""
    matcher: Matcher = _class(adapter)()
    return lambda: [matcher.match(source, derived) for source, derived in pairs]


def signing(adapter: str, texts: Sequence[str]) -> Callable[[], None]:
    """The task that signs texts, for a worker."""
    return _open(adapter, texts).sign


def estimating(
    adapter: str, texts: Sequence[str], pairs: Sequence[tuple[int, int]]
) -> Callable[[], list[float]]:
    """The task that estimates similarities, for a worker."""
    signer = _open(adapter, texts)

    def estimate() -> list[float]:
        signer.sign()
        return signer.estimates(pairs)

    return estimate


def pairs_within(clusters: Iterable[Sequence[int]]) -> list[tuple[int, int]]:
    """Every two of a cluster, unless it is so large that nobody could look at them."""
    return [
        (min(pair), max(pair))
        for members in clusters
        if len(members) <= _LARGEST_CLUSTER
        for pair in itertools.combinations(members, 2)
    ]


def batches(texts: Sequence[str]) -> list[list[str]]:
    """Texts as a pipeline hands them over: lists of about 4 MB."""
    found: list[list[str]] = [[]]
    chars = 0
    for text in texts:
        if chars >= BATCH_CHARS:
            found.append([])
            chars = 0
        found[-1].append(text)
        chars += len(text)
    return found


def _open(adapter: str, texts: Sequence[str]) -> Signer:
    """An adapter's class, given the texts."""
    signer: Signer = _class(adapter)(texts)
    return signer


def _class(adapter: str) -> Any:
    """What ``module:class`` names."""
    module, _, name = adapter.partition(":")
    return getattr(importlib.import_module(module), name)
