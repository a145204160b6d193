"""Train the model that tells which articles warn of fraud, from news/analysis/corpus and the own guides."""

from typing import Any

from django.core.management.base import BaseCommand

from news.analysis.scheme_corpus import read_articles, read_own_guides
from news.analysis.schemes import ARTIFACT
from screening.linear_model.model_arrays import ModelArrays


class Command(BaseCommand):
    help = (
        "Train the scheme model of articles on news/analysis/corpus. Needs requirements-train.txt."
    )

    def handle(self, **options: Any) -> None:
        from news.analysis.scheme_training import train_scheme_parts

        content = train_scheme_parts([*read_articles(), *read_own_guides()])
        ARTIFACT.write_bytes(ModelArrays.make(content).pack())
        size = ARTIFACT.stat().st_size // 1024
        self.stdout.write(f"{ARTIFACT.name}: {size} kB, {len(content['rarity'])} character runs")
