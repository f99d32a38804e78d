"""Write the news articles out as .txt files, one a report: title, blank line, paragraphs apart by blank lines.

    python tests/benchmarks/news_files.py FOLDER

Articles are read from news.jsonl.gz in $RAG_DATA, else in ../shared/data beside the clone. Where it is absent,
nothing is written and the script says that it is skipped.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import sys
from pathlib import Path

NAME = "news.jsonl.gz"


def find_news() -> Path:
    """Name the place where the articles should be."""
    beside = Path(__file__).resolve().parents[2].parent / "shared" / "data"
    return Path(os.environ.get("RAG_DATA") or beside) / NAME


def write_articles(news: Path, folder: Path) -> tuple[int, int]:
    """Write each article to ``folder/id.txt``. Returns how many articles and paragraphs were written."""
    folder.mkdir(parents=True, exist_ok=True)
    articles = paragraphs = 0
    with gzip.open(news, "rt", encoding="utf-8") as lines:
        for line in lines:
            article = json.loads(line)
            text = "\n\n".join([article["title"], *article["paragraphs"]]) + "\n"
            (folder / f"{article['id']}.txt").write_text(text, encoding="utf-8", newline="\n")
            articles += 1
            paragraphs += len(article["paragraphs"])
    return articles, paragraphs


def main() -> int:
    """Write the articles into the folder named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where the files go; it must be empty or not there yet")
    folder: Path = parser.parse_args().folder
    news = find_news()
    if not news.is_file():
        print(f"skipped: {news} is not there; put {NAME} there or set RAG_DATA to its folder.", file=sys.stderr)
        return 0
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        print(f"{folder} is not an empty folder; name another one.", file=sys.stderr)
        return 2
    articles, paragraphs = write_articles(news, folder)
    print(f"wrote {articles} articles with {paragraphs} paragraphs to {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
