"""Abbreviations, synonyms and bilingual terms of reports (glossary.tsv), and common words (vocabulary.tsv)."""

from rag.glossary.abbreviations import (
    belong_together,
    expand_abbreviations,
    find_synonyms,
    is_abbreviation,
    synonym_groups,
)
from rag.glossary.numerals import numeric_forms
from rag.glossary.translation import TermGroup, translate_groups, translate_terms

__all__ = [
    "TermGroup",
    "belong_together",
    "expand_abbreviations",
    "find_synonyms",
    "is_abbreviation",
    "numeric_forms",
    "synonym_groups",
    "translate_groups",
    "translate_terms",
]
