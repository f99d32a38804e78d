"""``python -m rag.cli``: the same as ``rag``."""

from __future__ import annotations

from rag.cli.program import main

if __name__ == "__main__":
    main()
