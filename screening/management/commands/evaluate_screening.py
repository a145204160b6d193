"""Measure the engine over labelled files: what it finds, what it accuses wrongly, how fast it is."""

import time
from itertools import chain
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from screening import engine, evaluation
from screening.evaluation import HONEST, SCAM, UNKNOWN

HEADS = {
    SCAM: "骗局：找到了多少（召回）",
    HONEST: "正常信息：误报了多少",
    UNKNOWN: "未定：只报多少条被标出",
}
UNIT = 500  # characters that the time is told for


class Command(BaseCommand):
    help = "用标注好的文件（.tsv 或项目自己的 .toml）衡量筛查引擎，打印召回、误报、准确率和速度。"

    def add_arguments(self, parser):
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")

    def handle(self, *, files, **options):
        try:
            examples = list(chain.from_iterable(map(evaluation.read, files)))
        except (OSError, ValueError) as error:
            raise CommandError(f"读不了：{error}") from None
        if not examples:
            raise CommandError("这些文件里没有一条文本。")
        began = time.perf_counter()
        result = evaluation.judge(examples, engine.assess)
        took = time.perf_counter() - began
        for label, head in HEADS.items():
            self._table(head, label, result)
        self._totals(result)
        characters = sum(len(example.text) for example in examples)
        milliseconds = took * 1000 / max(1, characters) * UNIT
        self.stdout.write(f"引擎 {engine.NAME}：每 {UNIT} 字 {milliseconds:.2f} 毫秒")

    def _table(self, head, label, result):
        kinds = {kind: tally for (its, kind), tally in result.kinds.items() if its == label}
        if not kinds:
            return
        self.stdout.write(
            f"\n{head}\n| 类别 | 条数 | 中及以上 | 高 | 类型说对 |\n|---|---|---|---|---|"
        )
        for kind, tally in sorted(kinds.items()):
            self._line(kind, tally)
        for (its, confidence), tally in sorted(result.confidence.items()):
            if its == label:
                self._line(f"标注把握 {confidence}", tally)
        self._line("合计", result.labels[label])

    def _line(self, name, tally):
        right = f"{tally.right}/{tally.named}" if tally.named else ""
        self.stdout.write(
            f"| {name} | {tally.total} | {_share(tally.medium, tally.total)} "
            f"| {_share(tally.high, tally.total)} | {right} |"
        )

    def _totals(self, result):
        self.stdout.write("")
        for name, words in (("medium", "中及以上"), ("high", "高")):
            precision = result.precision(name)
            if precision is not None:
                self.stdout.write(f"{words}的准确率：{precision:.1%}")


def _share(part, whole):
    return f"{part}（{part / whole:.1%}）"
