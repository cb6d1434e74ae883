"""A drawing in words: numbered sentences that an official reads, and what differs between two."""

from app.engine.telling.beside import UNTOLD, beside, same_meaning
from app.engine.telling.conditions import condition_words
from app.engine.telling.differing import Difference, differences
from app.engine.telling.facts import Fact
from app.engine.telling.sentences import Part, Sentence
from app.engine.telling.tell import tell, untold
from app.engine.telling.words import FieldWords, Words, limit_words, people_words

__all__ = [
    "UNTOLD",
    "Difference",
    "Fact",
    "FieldWords",
    "Part",
    "Sentence",
    "Words",
    "beside",
    "condition_words",
    "differences",
    "limit_words",
    "people_words",
    "same_meaning",
    "tell",
    "untold",
]
