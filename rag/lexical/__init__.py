"""The lexical channel: BM25F over accented and folded syllables and their pairs."""

from __future__ import annotations

from rag.lexical.index import LexicalIndex
from rag.lexical.postings import ARRAYS, MAX_ROWS, Postings, build_postings
from rag.lexical.query import LexicalQuery, QueryTerm, make_query, phrase_numbers
from rag.lexical.settings import FIELDS, SETTINGS, LexicalSettings
from rag.lexical.tokens import TermKind, Tokens, hashes_of, terms_of, tokenise

__all__ = [
    "ARRAYS",
    "FIELDS",
    "MAX_ROWS",
    "SETTINGS",
    "LexicalIndex",
    "LexicalQuery",
    "LexicalSettings",
    "Postings",
    "QueryTerm",
    "TermKind",
    "Tokens",
    "build_postings",
    "hashes_of",
    "make_query",
    "phrase_numbers",
    "terms_of",
    "tokenise",
]
