"""Text that is not plain ASCII: English as a typesetter leaves it, and seven other scripts."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

# Sentences of Articles 1, 3, 4, 6, 9 and 15 of the Universal Declaration of Human Rights in the
# translations that the United Nations publish. Real words, few of them: speed is measured on
# them, never statistics.
DECLARATION = {
    "Latin": (
        "All human beings are born free and equal in dignity and rights.",
        (
            "They are endowed with reason and conscience and should act towards one another in a "
            "spirit of brotherhood."
        ),
        "Everyone has the right to life, liberty and security of person.",
        (
            "No one shall be held in slavery or servitude; slavery and the slave trade shall be "
            "prohibited in all their forms."
        ),
        "Everyone has the right to recognition everywhere as a person before the law.",
        "No one shall be subjected to arbitrary arrest, detention or exile.",
        "Everyone has the right to a nationality.",
    ),
    "Cyrillic": (
        "Все люди рождаются свободными и равными в своем достоинстве и правах.",
        (
            "Они наделены разумом и совестью и должны поступать в отношении друг друга в духе "
            "братства."
        ),
        "Каждый человек имеет право на жизнь, на свободу и на личную неприкосновенность.",
        (
            "Никто не должен содержаться в рабстве или в подневольном состоянии; рабство и "
            "работорговля запрещаются во всех их видах."
        ),
        ("Каждый человек, где бы он ни находился, имеет право на признание его правосубъектности."),
        "Никто не может быть подвергнут произвольному аресту, задержанию или изгнанию.",
        "Каждый человек имеет право на гражданство.",
    ),
    "Greek": (
        "Όλοι οι άνθρωποι γεννιούνται ελεύθεροι και ίσοι στην αξιοπρέπεια και τα δικαιώματα.",
        (
            "Είναι προικισμένοι με λογική και συνείδηση, και οφείλουν να συμπεριφέρονται "
            "μεταξύ τους με πνεύμα αδελφοσύνης."
        ),
        "Κάθε άτομο έχει δικαίωμα στη ζωή, την ελευθερία και την προσωπική του ασφάλεια.",
        "Κανείς δεν επιτρέπεται να ζει υπό καθεστώς δουλείας, ολικής ή μερικής.",
        (
            "Καθένας, όπου και αν βρίσκεται, έχει δικαίωμα στην αναγνώριση της νομικής του "
            "προσωπικότητας."
        ),
        "Κανείς δεν μπορεί να συλλαμβάνεται, να κρατείται ή να εξορίζεται αυθαίρετα.",
        "Καθένας έχει το δικαίωμα μιας ιθαγένειας.",
    ),
    "Arabic": (
        "يولد جميع الناس أحرارًا متساوين في الكرامة والحقوق.",
        "وقد وهبوا عقلاً وضميرًا وعليهم أن يعامل بعضهم بعضًا بروح الإخاء.",
        "لكل فرد الحق في الحياة والحرية وسلامة شخصه.",
        "لا يجوز استرقاق أو استعباد أي شخص، ويحظر الاسترقاق وتجارة الرقيق بكافة أوضاعهما.",
        "لكل إنسان أينما وجد الحق في أن يعترف بشخصيته القانونية.",
        "لا يجوز القبض على أي إنسان أو حجزه أو نفيه تعسفاً.",
        "لكل فرد حق التمتع بجنسية ما.",
    ),
    "Devanagari": (
        "सभी मनुष्यों को गौरव और अधिकारों के मामले में जन्मजात स्वतन्त्रता और समानता प्राप्त है।",
        "उन्हें बुद्धि और अन्तरात्मा की देन प्राप्त है और परस्पर उन्हें भाईचारे के भाव से बर्ताव करना चाहिए।",
        "प्रत्येक व्यक्ति को जीवन, स्वाधीनता और वैयक्तिक सुरक्षा का अधिकार है।",
        "कोई भी ग़ुलामी या दासता की हालत में न रखा जाएगा।",
        "हर किसी को हर जगह क़ानून की निग़ाह में व्यक्ति के रूप में स्वीकृति-प्राप्ति का अधिकार है।",
        "किसी को भी मनमाने ढंग से गिरफ़्तार, नज़रबन्द या देश-निष्कासित न किया जाएगा।",
        "प्रत्येक व्यक्ति को किसी भी राष्ट्र-विशेष की नागरिकता का अधिकार है।",
    ),
    "Thai": (
        "มนุษย์ทั้งหลายเกิดมามีอิสระและเสมอภาคกันในเกียรติศักดิ์และสิทธิ",
        "ต่างมีเหตุผลและมโนธรรม และควรปฏิบัติต่อกันด้วยเจตนารมณ์แห่งภราดรภาพ",
        "คนทุกคนมีสิทธิในการดำรงชีวิต เสรีภาพ และความมั่นคงแห่งตัวตน",
        "บุคคลใดๆ จะถูกยึดเป็นทาสหรือต้องภาระจำยอมไม่ได้",
        "ทุกคนมีสิทธิที่จะได้รับการยอมรับว่าเป็นบุคคลในกฎหมายไม่ว่า ณ ที่ใดๆ",
        "บุคคลใดจะถูกจับ กักขัง หรือเนรเทศโดยพลการไม่ได้",
        "ทุกคนมีสิทธิในการถือสัญชาติ",
    ),
    "Chinese": (
        "人人生而自由，在尊严和权利上一律平等。",
        "他们赋有理性和良心，并应以兄弟关系的精神相对待。",
        "人人有权享有生命、自由和人身安全。",
        "任何人不得使为奴隶或奴役；一切形式的奴隶制度和奴隶买卖，均应予以禁止。",
        "人人在任何地方有权被承认在法律前的人格。",
        "任何人不得加以任意逮捕、拘禁或放逐。",
        "人人有权享有国籍。",
    ),
    "Japanese": (
        "すべての人間は、生まれながらにして自由であり、かつ、尊厳と権利とについて平等である。",
        "人間は、理性と良心とを授けられており、互いに同胞の精神をもって行動しなければならない。",
        "すべて人は、生命、自由及び身体の安全に対する権利を有する。",
        "何人も、奴隷にされ、又は苦役に服することはない。",
        "すべて人は、いかなる場所においても、法の下において、人として認められる権利を有する。",
        "何人も、ほしいままに逮捕、拘禁、又は追放されることはない。",
        "すべて人は、国籍をもつ権利を有する。",
    ),
}
_DOCUMENT_BYTES = 1300  # as a review has

_TYPESET = (
    ("...", "…"),
    ("--", "—"),
    (" - ", " – "),
    ("'", "’"),
)
_QUOTED = re.compile(r'"([^"]*)"')
_ACCENTS = str.maketrans("aeiouAEIOU", "áéíóúÁÉÍÓÚ")
_TYPESET_SHARE = 0.015


def declaration(script: str, megabytes: float, seed: int) -> list[str]:
    """Documents of sentences of the Declaration, drawn at random, of so many MB together.

    Half of the sentences are cut at a random place, so that no text repeats another's rhythm.
    """
    draw = random.Random(seed)
    sentences = DECLARATION[script]
    documents = []
    total = 0
    while total < megabytes * 1e6:
        parts: list[str] = []
        size = 0
        while size < _DOCUMENT_BYTES:
            sentence = draw.choice(sentences)
            if draw.random() < 0.5:
                sentence = sentence[draw.randrange(len(sentence)) :]
            parts.append(sentence)
            size += len(sentence.encode())
        documents.append(" ".join(parts))
        total += size
    return documents


def ascii_only(texts: Sequence[str]) -> list[str]:
    """The texts without any character that is not ASCII."""
    return [text.encode("ascii", "ignore").decode() for text in texts]


def typeset(texts: Sequence[str], seed: int) -> list[str]:
    """ASCII texts with curly quotes, dashes and ellipses where straight ones were.

    Then vowels get accents at random, up to 1.5% of characters that are not ASCII in every text.
    """
    draw = random.Random(seed)
    return [_typeset(text, draw) for text in texts]


def _typeset(text: str, draw: random.Random) -> str:
    text = _QUOTED.sub("“\\1”", text)
    for plain, curly in _TYPESET:
        text = text.replace(plain, curly)
    characters = list(text)
    missing = round(_TYPESET_SHARE * len(text)) - sum(not c.isascii() for c in characters)
    vowels = [i for i, c in enumerate(characters) if c in "aeiouAEIOU"]
    for i in draw.sample(vowels, max(0, min(missing, len(vowels)))):
        characters[i] = characters[i].translate(_ACCENTS)
    return "".join(characters)
