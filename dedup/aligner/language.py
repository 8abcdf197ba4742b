"""Which language a text is in, and what its words are without their endings."""

from __future__ import annotations

import locale
from collections.abc import Callable, Iterable, Sequence
from functools import cache

from dedup.errors import SettingsError

_ENOUGH_CHARS = 1000  # of each text, to tell its language
_PREFIX_CHARS = 5  # what stands for the stem where no stemmer is: nearly as good
_KEPT_STEMS = 1 << 18  # of a language, about 30 MB

# ISO 639-1 to the names of snowballstemmer.
_STEMMERS = {
    "ar": "arabic",
    "ca": "catalan",
    "cs": "czech",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "eo": "esperanto",
    "es": "spanish",
    "et": "estonian",
    "eu": "basque",
    "fa": "persian",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hi": "hindi",
    "hu": "hungarian",
    "hy": "armenian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "nb": "norwegian",
    "ne": "nepali",
    "nl": "dutch",
    "nn": "norwegian",
    "no": "norwegian",
    "pl": "polish",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "st": "sesotho",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
    "yi": "yiddish",
}


def checked(language: str) -> str:
    """The code as given.

    Raises:
        SettingsError: it is no ISO 639 code, or one that nothing here knows.
    """
    if language not in _STEMMERS and language not in _located() and language not in _detected():
        raise SettingsError(f"language={language!r}: must be an ISO 639 code such as en, de or zh")
    return language


@cache
def _located() -> frozenset[str]:
    """Codes of the languages that Python knows a place for."""
    return frozenset(name.partition("_")[0] for name in locale.locale_alias.values() if "_" in name)


@cache
def _detected() -> frozenset[str]:
    """Codes that `detect` may give; takes a second to load."""
    from py3langid import langid

    langid.classify("")  # loads the model
    return frozenset(langid.IDENTIFIER.labels)


def detect(texts: Sequence[str]) -> str:
    """ISO 639-1 code of the language that texts are most probably in, by their beginnings."""
    from py3langid import classify

    code: str = classify("\n".join(text[:_ENOUGH_CHARS] for text in texts))[0]
    return code


def stems(words: Iterable[str], language: str) -> list[str]:
    """Folded words without their endings."""
    stem = _stemmer(_STEMMERS.get(language))
    return [stem(word) for word in words]


@cache
def _stemmer(algorithm: str | None) -> Callable[[str], str]:
    """One word to its stem; what was asked before is remembered."""
    if algorithm is None:
        return _prefix
    import snowballstemmer

    stem_word: Callable[[str], str] = snowballstemmer.stemmer(algorithm).stemWord
    known: dict[str, str] = {}

    def stem(word: str) -> str:
        found = known.get(word)
        if found is None:
            if len(known) >= _KEPT_STEMS:
                known.clear()
            found = known[word] = stem_word(word)
        return found

    return stem


def _prefix(word: str) -> str:
    return word[:_PREFIX_CHARS]
