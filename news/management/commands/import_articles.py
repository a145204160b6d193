"""Import articles from files, folders and addresses; each once, published at once."""

import re
from functools import partial
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from cities.directory.regions import get_region_by_slug
from cities.models import Region
from news.choices import ArticleKind, ArticleStatus, SourceKind
from news.imports.article_import import ImportOptions, import_file, import_url
from news.models import Article, Source
from news.readers.file_reader import walk_story_files
from news.readers.story import StoryRefused
from news.readers.web_reader import is_address
from sitekit.fetching.web_fetch import Fetcher


class Command(BaseCommand):
    help = "从文件、文件夹和网址导入资讯，可以重复运行；有拒收的，退出码为 1。"

    def add_arguments(self, parser):
        parser.add_argument(
            "locations", nargs="+", metavar="PATH_OR_ADDRESS", help="文件、文件夹或网址"
        )
        parser.add_argument("--source", metavar="NAME", help="来源名称，如 河北新闻网")
        parser.add_argument("--source-kind", choices=SourceKind.values, help="来源类别")
        parser.add_argument("--city", metavar="SLUG", help="文章涉及的地区，如 xiangxi")
        # An alert needs a fraud type and a level, which are proposed or set in the admin.
        kinds = [ArticleKind.NEWS.value, ArticleKind.GUIDE.value]
        parser.add_argument("--kind", choices=kinds, default="", help="不填则按内容判断")
        parser.add_argument("--draft", action="store_true", help="只存为草稿，建议等人核对")

    def handle(self, *, locations, source, source_kind, city, kind, draft, **options):
        if not all(word.strip() for word in map(str, locations)):
            raise _build_usage_error("有一个文件、文件夹或网址是空的，什么都没有收。")
        import_options = ImportOptions(
            _get_source(source, source_kind), _get_places(city), kind, draft
        )
        self.sums = dict.fromkeys(("taken", "known", "folded", "refused"), 0)
        self.national = []
        fetcher = Fetcher()
        for location in map(str, locations):
            if is_address(location):
                self._import_item(location, partial(import_url, location, import_options, fetcher))
                continue
            path = Path(location)
            for file, root, problem in walk_story_files(path):
                if problem:
                    self._report_refusal(file, "", problem)
                else:
                    self._import_item(file, partial(import_file, file, import_options, root))
        self._write_line(
            "收下 {taken} 篇，已有 {known} 篇，并入 {folded} 篇，拒收 {refused} 篇。".format(
                **self.sums
            )
        )
        self._report_national()
        if self.sums["refused"]:
            raise SystemExit(1)

    def _import_item(self, name, import_item):
        try:
            outcome = import_item()
        except StoryRefused as refusal:
            self._report_refusal(name, "", refusal)
            return
        for article, notes in outcome.taken:
            self._write_line(_describe_article(article))
            for note in notes:
                self._write_line(f"  注意：{note}")
        for article, source in outcome.folded:
            self._write_line(
                f"并入 {article.get_absolute_url()} {article.title}（另一来源：{source or '未注明'}）"
            )
            if not article.is_public:
                status = article.get_status_display()
                self._write_line(f"  注意：那一篇现在是「{status}」，读者看不到这件事。")
        self.national += [
            f"  {article.pk} {article.title}"
            for article, _notes in outcome.taken
            if article.national and article.status != ArticleStatus.DRAFT
        ]
        self.sums["taken"] += len(outcome.taken)
        self.sums["folded"] += len(outcome.folded)
        self.sums["known"] += outcome.known
        for story_name, reason in outcome.refusals:
            self._report_refusal(name, story_name, reason)

    def _report_national(self):
        """List the articles that count as national only because no place was found in them."""
        if not self.national:
            return
        self._write_line(
            f"没有写明、也没有认出地区的 {len(self.national)} 篇按全国算，各地都看得到，"
            "预警会发给全国的订阅。不是全国的，到后台的资讯里补上地区，下面是编号和标题："
        )
        for line in self.national:
            self._write_line(line)

    def _report_refusal(self, name, story_name, reason):
        self.sums["refused"] += 1
        self.stderr.write(
            _replace_control_characters(f"{name}{' ' + story_name if story_name else ''}：{reason}")
        )

    def _write_line(self, words):
        self.stdout.write(_replace_control_characters(words))


def _describe_article(article: Article) -> str:
    """Return address, title, kind, fraud type, places and tags in a line."""
    places = "、".join(
        str(place.region) for place in article.places.select_related("region") if place.named
    )
    tags = "、".join(article.tags.values_list("name", flat=True))
    facts = [article.get_kind_display(), article.get_fraud_type_display(), places, tags]
    note = "" if article.source_id else "（来源未注明）"
    note += "（草稿）" if article.status == ArticleStatus.DRAFT else ""
    joined_facts = " | ".join(fact for fact in facts if fact)
    return f"{article.get_absolute_url()} {article.title}{note} | {joined_facts}"


def _replace_control_characters(words):
    """Replace control characters, which names of files may have."""
    return re.sub(r"[\x00-\x1f\x7f\ud800-\udfff\u202a-\u202e\u2066-\u2069]", "�", words)


def _get_source(name: str | None, kind: str | None) -> Source | None:
    if not name:
        if kind:
            raise _build_usage_error("--source-kind 要和 --source 一起用。")
        return None
    stored_source = Source.objects.filter(name=name.strip()).first()
    if stored_source and kind and stored_source.kind != kind:
        raise _build_usage_error(
            f"「{name}」已登记为{stored_source.get_kind_display()}，和 --source-kind 不符。"
        )
    if stored_source:
        return stored_source
    if not kind:
        raise _build_usage_error(f"「{name}」是新来源，请用 --source-kind 写明类别。")
    if len(name.strip()) not in range(1, 61):
        raise _build_usage_error("来源名称要有 1 到 60 字。")
    return Source.objects.create(name=name.strip(), kind=kind)


def _get_places(slug: str | None) -> tuple[Region, ...]:
    if not slug:
        return ()
    region = get_region_by_slug(slug)
    if region is None:
        raise _build_usage_error(f"没有网址名是「{slug}」的地区。")
    return (region,)


def _build_usage_error(words: str) -> CommandError:
    return CommandError(words, returncode=2)
