"""Are the words English? By the small words of other languages, other scripts, or their lack."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from agent.planner.readers import prose_words as words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.planner.readers.prose_text import Token

_COMMON = words.STOP | words.NEGATIONS | words.ACTIONS.keys() | words.STORES | words.ASKING
_TOO = frozenset(
    {"com", "con", "da", "de", "del", "dem", "des", "di", "dos", "du", "el", "elk", "en", "est",
     "har", "kan", "la", "las", "le", "les", "los", "ma", "med", "met", "mit", "par", "pour", "son",
     "til", "un", "van"}
)  # fmt: skip
"""Small words of other languages that English has, or names: "Los Angeles"."""
_ELSEWHERE = frozenset(
    {
        # German, Dutch
        "alle", "auch", "auf", "beim", "das", "der", "ein", "eine", "einem", "einen", "einer",
        "eines", "für", "haben", "ich", "ist", "jede", "jeder", "jedes", "kann", "können", "nicht",
        "nur", "oder", "sind", "sowie", "und", "viele", "von", "werden", "wir", "wird", "zu", "zum",
        "zur", "een", "elke", "hebben", "heeft", "het", "ieder", "iedere", "kunnen", "voor",
        "wordt", "zijn",
        # French, Spanish, Italian, Portuguese, Romanian
        "aux", "avec", "chaque", "dans", "et", "ont", "ou", "peut", "peuvent", "qui", "sont",
        "sur", "une", "cada", "pueden", "por", "para", "puede", "que", "tiene", "tienen", "una",
        "unos", "che", "della", "delle", "dello", "gli", "hanno", "il", "nel", "ogni", "possono",
        "sono", "uno", "não", "pelo", "pode", "podem", "tem", "um", "uma", "este", "sunt",
        # Swedish, Danish, Norwegian, Finnish
        "och", "av", "ett", "någon", "som", "varje", "og", "hver", "joka", "ovat", "voi", "voivat",
        # Polish, Czech, Hungarian, Turkish, Indonesian
        "jest", "oraz", "tylko", "jsou", "nebo", "egy", "minden", "bir", "için", "ve", "dengan",
        "memiliki", "setiap", "untuk", "yang",
    }
)  # fmt: skip
_ENOUGH = 2
_LONG = 4
"""Words of a sentence in which English has a small word."""
_MUCH = 10
_FEW = 0.1


def is_english(sentences: Sequence[Sequence[Token]]) -> bool:
    """Tell whether sentences may be English; lists of names without small words may be."""
    said = [token for sentence in sentences for token in sentence if token.is_word]
    if sum(not _is_latin(token.word) for token in said) * 2 > len(said):
        return False
    common = sum(token.word in _COMMON for token in said)
    clear = sum(token.word in _ELSEWHERE for token in said)
    foreign = clear + sum(
        token.word in _TOO or (token.word not in _ELSEWHERE and _is_accented(token.word))
        for token in said
    )
    if (clear and not common and len(said) >= _LONG) or foreign >= max(_ENOUGH, common + 1):
        return False
    plain = [t for s in sentences if len(s) >= _LONG and all(x.is_word for x in s) for t in s]
    return len(plain) < _MUCH or sum(t.word in _COMMON for t in plain) >= _FEW * len(plain)


def _is_latin(word: str) -> bool:
    return all(unicodedata.name(sign, "").startswith("LATIN") for sign in word if sign.isalpha())


def _is_accented(word: str) -> bool:
    """Tell whether letters are in a word that English has in no word but a few with an é."""
    return any(sign.isalpha() and not sign.isascii() and sign != "é" for sign in word)
