"""Speed, truth and limits, measured on your machine and if you like on your texts.

    python -m benchmarks speed     text to signatures, beside the peers
    python -m benchmarks scan      what a scan finds of what was planted, and what it costs
    python -m benchmarks quality   how good alignments are against labelled texts, and their cost
    python -m benchmarks scale     time and memory as the corpus grows
    python -m benchmarks startup   what a command costs before it does anything

A figure without its truth says nothing: speed stands beside the error of the estimates, time
beside recall and precision. Every contestant runs in a process of its own, and repetitions are
interleaved, so that a machine that drifts drifts for all.
"""
