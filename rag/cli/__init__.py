"""The command line: arguments ↔ Engine, errors → exit codes. No logic of its own.

Exit codes: 0 answered, 1 failed, 2 usage, 3 no evidence (abstained), 4 library damaged, 5 done with files
skipped, 130 stopped by Ctrl-C. Results go to stdout, progress and notes to stderr, a bar only on a terminal.
"""

from __future__ import annotations

from rag.cli.program import app, main

__all__ = ["app", "main"]
