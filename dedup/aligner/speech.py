"""Words that tell who speaks, and words that deny: few, for the languages most often met.

Where a language is not here, what rests on them is not looked for.
"""

from __future__ import annotations

from typing import NamedTuple


class Speech(NamedTuple):
    """Folded words of one language.

    Attributes:
        first_person: pronouns of whoever speaks; none that is also another word, as "mine" and, in
            Portuguese, "nos" are.
        reporting: what stands beside the words of somebody else.
        denying: what turns a statement into its opposite.
    """

    first_person: frozenset[str]
    reporting: frozenset[str]
    denying: frozenset[str]


def speech(language: str) -> Speech:
    """The words of a language; none of one that is not known here."""
    return _SPEECH.get(language, _SILENT)


def _speech(first_person: str, reporting: str, denying: str) -> Speech:
    return Speech(*(frozenset(words.split()) for words in (first_person, reporting, denying)))


_SILENT = _speech("", "", "")
_SPEECH = {
    "de": _speech(
        "ich mich mir mein meine meinem meinen meiner meines wir uns unser unsere unserem unseren",
        "sagte sagten sagt erklärte erklärt betonte betont teilte zufolge laut ergänzte meinte "
        "berichtete fügte unterstrich bekräftigte",
        "nicht kein keine keinen keinem keiner keines nie niemals niemand nichts ohne",
    ),
    "en": _speech(
        "i me my myself we us our ours ourselves",
        "said says saying told tells stated noted notes added adding stressed specified announced "
        "according explained argued claimed declared emphasised emphasized insisted recalled "
        "reported underlined warned commented",
        "not no never none nobody nothing neither nor without cannot t",
    ),
    "es": _speech(
        "yo me mi mis mío nosotros nosotras nos nuestro nuestra nuestros nuestras",
        "dijo dijeron afirmó señaló según explicó declaró añadió subrayó indicó aseguró destacó",
        "no nunca jamás nadie nada ningún ninguna ninguno sin ni",
    ),
    "fr": _speech(
        "je j me mon ma mes nous notre nos moi",
        "dit déclaré déclare affirmé selon expliqué ajouté souligné indiqué estimé assuré précisé",
        "ne n pas jamais aucun aucune personne rien sans ni non",
    ),
    "it": _speech(
        "io mi mio mia miei mie noi nostro nostra nostri nostre",
        "detto dichiarato affermato secondo spiegato aggiunto sottolineato precisato",
        "non mai nessuno nessuna niente nulla senza né",
    ),
    "nl": _speech(
        "ik mij me mijn wij we ons onze",
        "zei zeiden zegt verklaarde volgens voegde benadrukte vertelde meldde",
        "niet geen nooit niemand niets zonder",
    ),
    "pt": _speech(
        "eu me mim meu minha meus minhas nós nosso nossa nossos nossas",
        "disse disseram afirmou segundo explicou declarou acrescentou sublinhou destacou",
        "não nunca jamais ninguém nada nenhum nenhuma sem nem",
    ),
    "ru": _speech(
        "я меня мне мной мой моя моё мои мы нас нам нами наш наша наше наши",
        "сказал сказала сказали заявил заявила сообщил сообщила отметил подчеркнул добавил пояснил "
        "словам",
        "не нет ни никогда никто ничего никакой без нельзя",
    ),
}
