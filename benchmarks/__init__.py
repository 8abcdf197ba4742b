"""Speed, truth and limits, measured on your machine and if you like on your texts.

    python -m benchmarks           all of it in little, within 5 minutes
    python -m benchmarks speed     text to signatures, beside the peers
    python -m benchmarks scan      text to pairs: what is found and what it costs, beside the peers
    python -m benchmarks align     what is found between two texts, beside the peers
    python -m benchmarks quality   how right pairs and alignments are, against labelled texts
    python -m benchmarks scale     time, memory and index size as the corpus grows
    python -m benchmarks startup   what a command costs before it does anything
    python -m benchmarks.pages     docs/benchmarks.md and README.md from benchmarks/results/

A figure without its truth says nothing: speed stands beside the error of the estimates, time
beside recall and precision. Every contestant runs in a process of its own, and repetitions are
interleaved, so that a machine that drifts drifts for all.
"""
