"""Measure the engine over labelled files: what it finds, what it accuses wrongly, how fast it is."""

import time
from argparse import ArgumentParser
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from screening import engine
from screening.assessment import Assessment
from screening.fraud_types import RiskLevel
from screening.linear_model.corpus import FORBIDDEN, HONEST, SCAM
from sitekit.maintenance.file_errors import describe_file_error_in_chinese
from tools.screening_evaluation.ablation import ACCUSED, measure_learning_curve, measure_parts
from tools.screening_evaluation.labelled_files import UNKNOWN, LabelledExample, read_labelled_file
from tools.screening_evaluation.perturbations import PERTURBATIONS, perturb_text
from tools.screening_evaluation.tallies import EvaluationResult, Tally

HEADS = {
    SCAM: "骗局：找到了多少（召回）",
    HONEST: "正常信息：误报了多少",
    FORBIDDEN: "不许招的活：认出了多少",
    UNKNOWN: "未定：只报多少条被标出",
}
UNIT = 500  # characters that the time is told for


class Command(BaseCommand):
    help = (
        "用标注好的文件（.tsv、语料 .txt 或 .toml）衡量筛查引擎，打印召回、误报、准确率和速度；"
        "--perturb 再看换了写法、掺了废话以后还剩多少；--parts 看规则、全文、窗口各自找到多少；"
        "--curve 看训练的文本越多找到得越多（每次只训练语料的一小部分，约三分钟）；--list 列出漏掉的和误报的。"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--perturb", action="store_true", help="也量各种变形")
        parser.add_argument("--parts", action="store_true", help="也量引擎的各部分")
        parser.add_argument("--curve", action="store_true", help="也量学习曲线，要 scikit-learn")
        parser.add_argument("--list", type=int, default=0, metavar="N", help="各列 N 条判错的")

    def handle(self, *, files: Sequence[Path], **options: Any) -> None:
        try:
            examples = list(chain.from_iterable(map(read_labelled_file, files)))
        except OSError as error:
            raise CommandError(f"读不了：{describe_file_error_in_chinese(error)}。") from None
        except ValueError as error:
            raise CommandError(f"读不了：{error}") from None
        if not examples:
            raise CommandError("这些文件里没有一条文本。")
        has_both = {SCAM, HONEST} <= {example.label for example in examples}
        if (options["parts"] or options["curve"]) and not has_both:
            raise CommandError("量各部分和学习曲线，要既有骗局又有正常信息。")
        began = time.perf_counter()
        result = EvaluationResult(examples, engine.assess_offer)
        took = time.perf_counter() - began
        for label, head in HEADS.items():
            self._write_table(head, label, result)
        self._write_totals(result)
        characters = sum(len(example.text) for example in examples)
        milliseconds = took * 1000 / max(1, characters) * UNIT
        self.stdout.write(f"引擎 {engine.NAME}：每 {UNIT} 字 {milliseconds:.2f} 毫秒")
        if options["perturb"]:
            self._write_perturbations(examples, result)
        if options["parts"]:
            self._write_parts(examples)
        if options["curve"]:
            self._write_curve(examples, files)
        if options["list"]:
            self._write_mistakes(examples, options["list"])

    def _write_table(self, head: str, label: str, result: EvaluationResult) -> None:
        kinds = {kind: tally for (its, kind), tally in result.kinds.items() if its == label}
        if not kinds:
            return
        self.stdout.write(
            f"\n{head}\n| 类别 | 条数 | 不直接发布 | 中及以上 | 高 | 直接退回 | 不许招 | 类型说对 |"
            "\n|---|---|---|---|---|---|---|---|"
        )
        for kind, tally in sorted(kinds.items()):
            self._write_line(kind, tally)
        for (its, confidence), tally in sorted(result.confidence.items()):
            if its == label:
                self._write_line(f"标注把握 {confidence}", tally)
        self._write_line("合计", result.labels[label])

    def _write_line(self, name: str, tally: Tally) -> None:
        right = f"{tally['right']}/{tally['named']}" if tally["named"] else ""
        self.stdout.write(
            f"| {name} | {tally['total']} | {_format_share(tally, 'waits')} "
            f"| {_format_share(tally, 'medium')} "
            f"| {_format_share(tally, 'high')} | {tally['stopped']} | {tally['forbidden']} | {right} |"
        )

    def _write_totals(self, result: EvaluationResult) -> None:
        self.stdout.write("")
        for name, words in (("medium", "中及以上"), ("high", "高")):
            precision = result.compute_precision(name)
            if precision is not None:
                self.stdout.write(f"{words}的准确率：{precision:.1%}")

    def _write_perturbations(
        self, examples: Sequence[LabelledExample], plain: EvaluationResult
    ) -> None:
        self.stdout.write("\n| 变形 | 骗局中及以上 | 正常信息误报 |\n|---|---|---|")
        self._write_perturbation("原文", plain)
        for name in PERTURBATIONS:
            perturbed = [
                LabelledExample(perturb_text(name, example.text, n), example.label, example.kind)
                for n, example in enumerate(examples)
            ]
            self._write_perturbation(name, EvaluationResult(perturbed, engine.assess_offer))

    def _write_perturbation(self, name: str, result: EvaluationResult) -> None:
        scams, honest = (_format_share(result.labels[label], "medium") for label in (SCAM, HONEST))
        self.stdout.write(f"| {name} | {scams} | {honest} |")

    def _write_parts(self, examples: Sequence[LabelledExample]) -> None:
        self._write_head("部分")
        for part, recalls in measure_parts(examples).items():
            self._write_recalls(part, recalls)

    def _write_curve(self, examples: Sequence[LabelledExample], files: Sequence[Path]) -> None:
        self._write_head("训练用的骗局条数")
        for scams, recalls in measure_learning_curve(examples, [file.stem for file in files]):
            self._write_recalls(str(scams), recalls)

    def _write_head(self, name: str) -> None:
        shares = " | ".join(f"误报 {accused:.0%} 时的召回" for accused in ACCUSED)
        self.stdout.write(f"\n| {name} | {shares} |\n|{'---|' * (len(ACCUSED) + 1)}")

    def _write_recalls(self, name: str, recalls: Sequence[float]) -> None:
        self.stdout.write(f"| {name} | {' | '.join(f'{recall:.1%}' for recall in recalls)} |")

    def _write_mistakes(self, examples: Sequence[LabelledExample], most: int) -> None:
        judged = [(example, engine.assess_offer(example.text)) for example in examples]
        for label, head, is_low in ((SCAM, "漏掉的", True), (HONEST, "误报的", False)):
            wrong = [
                (example.text, assessment)
                for example, assessment in judged
                if example.label == label and (assessment.level == RiskLevel.LOW) is is_low
            ]
            self.stdout.write(f"\n| {head}（{len(wrong)} 条） | 分 | 理由 |\n|---|---|---|")
            for text, assessment in wrong[:most]:
                shown = text.replace("\n", " / ").replace("|", "｜")
                reason = _describe_assessment(text, assessment)
                self.stdout.write(f"| {shown} | {assessment.score} | {reason} |")


def _describe_assessment(text: str, assessment: Assessment) -> str:
    heaviest = max(assessment.signals, key=lambda signal: signal.weight, default=None)
    doubt = "拿不准，等人看" if assessment.is_doubtful else ""
    if heaviest is None:
        return doubt
    quote = text[heaviest.start : heaviest.end].replace("\n", " ").replace("|", "｜")
    return "；".join(filter(None, (doubt, f"“{quote}”：{heaviest.reason}")))


def _format_share(tally: Tally, name: str) -> str:
    return f"{tally[name]}（{tally[name] / tally['total']:.1%}）" if tally["total"] else "–"
