"""Corpora of a few texts, in the shape of those that are measured on."""

import json

WORDS = [f"{a}{b}{c}" for a in "bdfgklmn" for b in "aeiou" for c in ("st", "r", "nd", "l", "m")]

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
