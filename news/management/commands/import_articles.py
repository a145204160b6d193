"""Take articles from text and JSON files; published at once, never twice."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from cities import directory
from news.choices import ArticleKind, SourceKind
from news.importing import Order, take_file
from news.models import Source
from news.stories import Refused


class Command(BaseCommand):
    help = "从文本和 JSON 文件导入资讯，可以重复运行；有拒收的，退出码为 1。"

    def add_arguments(self, parser):
        parser.add_argument("paths", nargs="+", metavar="PATH", type=Path, help="文件或文件夹")
        parser.add_argument("--source", metavar="NAME", help="来源名称，如 河北新闻网")
        parser.add_argument("--source-kind", choices=SourceKind.values, help="来源类别")
        parser.add_argument("--city", metavar="SLUG", help="文章涉及的地区，如 xiangxi")
        # An alert needs a fraud type and a level, which no file states.
        kinds = [ArticleKind.NEWS.value, ArticleKind.GUIDE.value]
        parser.add_argument("--kind", choices=kinds, default=ArticleKind.NEWS.value)
        parser.add_argument("--draft", action="store_true", help="只存为草稿")

    def handle(self, *, paths, source, source_kind, city, kind, draft, **options):
        order = Order(_source(source, source_kind), _places(city), kind, draft)
        taken = known = refused = 0
        for path in _files(paths):
            try:
                outcome = take_file(path, order)
            except Refused as refusal:
                refused += 1
                self._refuse(path, "", refusal)
                continue
            except DatabaseError as error:
                refused += 1
                self._refuse(path, "", f"数据库拒绝了：{str(error).splitlines()[0]}")
                continue
            taken += len(outcome.taken)
            known += outcome.known
            refused += len(outcome.refusals)
            for article in outcome.taken:
                note = "" if article.source_id else "（来源未注明）"
                self.stdout.write(f"{article.get_absolute_url()} {article.title}{note}")
            for name, reason in outcome.refusals:
                self._refuse(path, name, reason)
        self.stdout.write(f"收下 {taken} 篇，已有 {known} 篇，拒收 {refused} 篇。")
        if refused:
            raise SystemExit(1)

    def _refuse(self, path, name, reason):
        self.stderr.write(f"{path}{' ' + name if name else ''}：{reason}")


def _files(paths):
    for path in paths:
        if path.is_dir():
            yield from sorted(file for file in path.rglob("*") if file.is_file())
        else:
            yield path


def _source(name, kind):
    if not name:
        if kind:
            raise CommandError("--source-kind 要和 --source 一起用。")
        return None
    known = Source.objects.filter(name=name.strip()).first()
    if known and kind and known.kind != kind:
        raise CommandError(f"「{name}」已登记为{known.get_kind_display()}，和 --source-kind 不符。")
    if known:
        return known
    if not kind:
        raise CommandError(f"「{name}」是新来源，请用 --source-kind 写明类别。")
    if len(name.strip()) not in range(1, 61):
        raise CommandError("来源名称要有 1 到 60 字。")
    return Source.objects.create(name=name.strip(), kind=kind)


def _places(slug):
    if not slug:
        return ()
    region = directory.by_slug(slug)
    if region is None:
        raise CommandError(f"没有网址名是「{slug}」的地区。")
    return (region,)
