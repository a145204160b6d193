from django.core.management.base import BaseCommand

from news.pages.guides import FILE, publish_guides


class Command(BaseCommand):
    help = "载入本站写的防骗指南，已有的不动，可以重复运行。"

    def add_arguments(self, parser):
        parser.add_argument("--overwrite", action="store_true", help="更新没人在后台改过的")
        parser.add_argument("--file", default=FILE, help="换一个同样格式的文件")

    def handle(self, *, overwrite, file, verbosity, **options):
        counts = publish_guides(file, overwrite=overwrite)
        if verbosity:
            words = "指南：新增 {added}，更新 {renewed}，不动 {kept}。"
            self.stdout.write(words.format(**counts))
