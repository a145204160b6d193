"""Measure what the reader of pasted posts gets right, field by field."""

from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sitekit.maintenance.file_errors import describe_file_error_in_chinese
from tools.post_evaluation.labelled_posts import evaluate_posts, read_labelled_posts

FILES = sorted(Path(__file__).parents[2].joinpath("post_evaluation").glob("posts_*.toml"))


class Command(BaseCommand):
    help = "用写好答案的招人帖衡量“粘贴发布”的读取：每一项读对多少、漏读多少、读错多少、编出多少。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="*", type=Path, metavar="FILE", default=FILES)
        parser.add_argument("--faults", action="store_true", help="列出每一处不对")

    def handle(self, *, files: Sequence[Path], faults: bool, **options: Any) -> None:
        for path in files:
            try:
                posts = read_labelled_posts(path)
            except OSError as error:
                raise CommandError(f"读不了：{describe_file_error_in_chinese(error)}。") from None
            except ValueError as error:
                raise CommandError(f"读不了：{error}") from None
            self.stdout.write(f"\n{path.name}：{len(posts)} 条")
            self.stdout.write("| 项 | 对 | 漏 | 错 | 编 | 对的份额 |\n|---|---|---|---|---|---|")
            shares = []
            for name, tally in evaluate_posts(posts).items():
                counts = " | ".join(
                    str(tally.outcomes[key]) for key in ("right", "missed", "wrong", "invented")
                )
                self.stdout.write(f"| {name} | {counts} | {tally.share:.0%} |")
                shares.append(tally.share)
                for fault in tally.faults if faults else ():
                    self.stdout.write(f"    {fault}")
            self.stdout.write(f"平均：{sum(shares) / len(shares):.1%}")
