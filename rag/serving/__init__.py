"""One engine for many askers at once: who may ask now, what is being written, what was answered lately."""

from __future__ import annotations

from rag.originals import Original
from rag.serving.evaluations import QuestionSet, Run
from rag.serving.service import Service, ServiceLimits, State
from rag.uploads import Uploaded

__all__ = ["Original", "QuestionSet", "Run", "Service", "ServiceLimits", "State", "Uploaded"]
