"""Reads the articles that the scheme model is trained on (`news/analysis/corpus/README.md`)."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "corpus"
GUIDES = Path(__file__).parent.parent / "data" / "guides.toml"
NEWS, ALERT, GUIDE = "news", "alert", "guide"
BETWEEN = "｜"


@dataclass(frozen=True)
class CorpusArticle:
    """`subject` is the fraud type of an alert or a guide, and the topic of other news."""

    kind: str
    subject: str
    title: str
    text: str

    @property
    def warns(self) -> bool:
        return self.kind != NEWS


def read_articles(folder: Path = FOLDER) -> list[CorpusArticle]:
    """Return the articles of all files, in a fixed order."""
    return [row for path in sorted(folder.glob("*.txt")) for row in read_article_file(path)]


def read_article_file(path: Path) -> Iterator[CorpusArticle]:
    """Yield the articles under each heading `== KIND SUBJECT`, one a line: a title, or title｜text."""
    kind = subject = ""
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("== "):
            kind, subject = line.split()[1:]
        elif line.strip() and not line.startswith("#"):
            title, _, text = line.strip().partition(BETWEEN)
            yield CorpusArticle(kind, subject, title, text or f"{title}。")


def read_own_guides(path: Path = GUIDES) -> Iterator[CorpusArticle]:
    """Yield the site's own guides, in two pieces each: how the scheme goes, and its signs."""
    for fraud_type, entry in tomllib.loads(path.read_text("utf-8")).items():
        for part in ("steps", "signs"):
            text = "\n".join([entry["lead"], *entry[part]])
            yield CorpusArticle(GUIDE, fraud_type, entry["title"], text)
