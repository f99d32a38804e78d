"""The answers given lately, by the id each was given: to be exported, voted on, looked at again."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from dataclasses import replace

from rag.errors import NotFoundError
from rag.types import Answer


class RecentAnswers:
    """Remembers the last answers; safe from several threads."""

    def __init__(self, *, most: int) -> None:
        self._most = most
        self._answers: OrderedDict[str, Answer] = OrderedDict()
        self._lock = threading.Lock()

    def keep(self, answer: Answer) -> Answer:
        """Give an answer an id nobody can guess, and remember it."""
        kept = replace(answer, id=secrets.token_urlsafe(12))
        with self._lock:
            self._answers[kept.id] = kept
            while len(self._answers) > self._most:
                self._answers.popitem(last=False)
        return kept

    def get(self, answer_id: str) -> Answer:
        """Find an answer. Raises NotFoundError where it is not remembered any more."""
        with self._lock:
            answer = self._answers.get(answer_id)
        if answer is None:
            raise NotFoundError(
                f"no answer {answer_id[:40]!r} is remembered; the last {self._most} are, until the program is started "
                "again. Ask the question once more"
            )
        return answer
