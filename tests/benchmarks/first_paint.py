"""How soon does a reader see the chat, and an answer in it?

    python tests/benchmarks/first_paint.py [--library DIR] [--question TEXT] [--visits 5]

A real `rag serve` over the seeds (or a library of your own), a headless chromium, and for every visit a context of its
own, so that nothing is cached. Measured from the start of the navigation: the first contentful paint, and when a
question can be typed. From Enter on: the first step that is shown, the first word of the answer, and the whole of it,
evidence and all. Medians and the slowest of the visits, as a table and as one line of JSON. Where there is no chromium,
the script says so and ends.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.commands import SEEDS  # noqa: E402
from tests.servers import run_server  # noqa: E402

QUESTION = "Thu nhập bình quân đầu người của Quế Phong năm 2023?"
MEASURES = {
    "paint": "first contentful paint",
    "typing": "a question can be typed",
    "step": "Enter to the first step",
    "word": "Enter to the first word of the answer",
    "whole": "Enter to the whole answer",
}

PATIENCE_MS = 30_000

#: Looks at the page with every frame and writes down when something was first there. Set before the page's own scripts.
WATCH = """
window.firsts = {};
const first = (name) => { window.firsts[name] ??= performance.now(); };
const look = () => {
  const field = document.querySelector('#question textarea');
  if (field && !field.disabled && document.querySelector('#greeting .welcome')) first('typing');
  const turn = document.querySelector('#now .turn');
  if (turn && turn.querySelector('.steps li')) first('step');
  if (turn && turn.querySelector('.short, .said, .withheld')) first('word');
  if (turn && turn.matches('.answered, .abstained') && turn.querySelector('.evidence .card, .nearest .card, .withheld'))
    first('whole');
  requestAnimationFrame(look);
};
addEventListener('keydown', (event) => { if (event.key === 'Enter') window.enter = performance.now(); }, true);
requestAnimationFrame(look);
"""
PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null"


def find_chromium() -> str | None:
    """Find a chromium, or None where playwright's own is to be tried."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return os.environ.get("RAG_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


def wait_for(page: Any, name: str) -> None:
    """Wait until something was there. The page's policy forbids the evaluation that wait_for_function is made of."""
    for _ in range(PATIENCE_MS // 20):
        if page.evaluate("name => name in window.firsts", name):
            return
        page.wait_for_timeout(20)
    raise SystemExit(f"not there within {PATIENCE_MS // 1000} s: {MEASURES[name]}")


def visit(browser: Any, url: str, question: str) -> dict[str, float]:
    """Open the chat in a context of its own, ask, and give the milliseconds of each measure."""
    context = browser.new_context(locale="vi-VN", viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.add_init_script(WATCH)
    page.goto(url)
    wait_for(page, "typing")
    field = page.locator("#question textarea")
    field.fill(question)
    field.press("Enter")
    wait_for(page, "whole")
    firsts, enter, paint = page.evaluate(f"[window.firsts, window.enter, {PAINT}]")
    size = page.evaluate(
        "performance.getEntriesByType('resource').reduce((sum, one) => sum + one.transferSize, 0)"
        " + performance.getEntriesByType('navigation')[0].transferSize"
    )
    requests = page.evaluate("performance.getEntriesByType('resource').length")
    context.close()
    return {
        "paint": paint,
        "typing": firsts["typing"],
        # An answer may be there before a step was ever drawn.
        **{name: firsts.get(name, firsts["whole"]) - enter for name in ("step", "word", "whole")},
        "kilobytes": size / 1000,
        "requests": requests + 1,
    }


def measure(url: str, question: str, *, visits: int) -> list[dict[str, float]]:
    """Visit so many times, after one that warms the server up."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        executable = find_chromium()
        if executable is None and not Path(playwright.chromium.executable_path).exists():
            return []
        browser = playwright.chromium.launch(
            executable_path=executable, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        visit(browser, url, question)
        found = [visit(browser, url, question) for _ in range(visits)]
        browser.close()
    return found


def main() -> int:
    """Serve, visit, tell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--library", type=Path)
    parser.add_argument("--question", default=QUESTION)
    parser.add_argument("--visits", type=int, default=5)
    options = parser.parse_args()
    source = ("--library", options.library.absolute()) if options.library else ("--from", SEEDS)
    with tempfile.TemporaryDirectory() as work, run_server(*source, cache=Path(work)) as server:
        found = measure(f"{server.url}/", options.question, visits=options.visits)
    if not found:
        print("skipped: no chromium; install it, or set RAG_CHROMIUM to one.", file=sys.stderr)
        return 0
    summary = {}
    print(f"{'':<40}{'median':>10}{'slowest':>10}")
    for name, said in MEASURES.items():
        times = [one[name] for one in found]
        summary[name] = {"median_ms": round(statistics.median(times)), "slowest_ms": round(max(times))}
        print(f"{said:<40}{summary[name]['median_ms']:>7} ms{summary[name]['slowest_ms']:>7} ms")
    print(f"{found[-1]['requests']:.0f} requests, {found[-1]['kilobytes']:,.0f} kB, answer included")
    print(json.dumps({"visits": len(found), **summary, "kilobytes": round(found[-1]["kilobytes"])}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
