"""Train the model that tells which articles warn of fraud, from news/analysis/corpus and the own guides."""

import gzip
import json
from typing import Any

from django.core.management.base import BaseCommand

from news.analysis.scheme_corpus import read_articles, read_own_guides
from news.analysis.schemes import ARTIFACT


class Command(BaseCommand):
    help = (
        "Train the scheme model of articles on news/analysis/corpus. Needs requirements-train.txt."
    )

    def handle(self, **options: Any) -> None:
        from news.analysis.scheme_training import train_scheme_parts

        content = train_scheme_parts([*read_articles(), *read_own_guides()])
        written = json.dumps(content, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        # Without a time in it, so that the same corpus makes the same file.
        ARTIFACT.write_bytes(gzip.compress(written.encode(), mtime=0))
        size = ARTIFACT.stat().st_size // 1024
        self.stdout.write(f"{ARTIFACT.name}: {size} kB, {len(content['rarity'])} character runs")
