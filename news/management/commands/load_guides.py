from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from news.pages.guides import FILE, publish_guides
from sitekit.maintenance.file_errors import describe_file_error_in_chinese


class Command(BaseCommand):
    help = "载入本站写的防骗指南，已有的不动，可以重复运行。"

    def add_arguments(self, parser):
        parser.add_argument("--overwrite", action="store_true", help="更新没人在后台改过的")
        parser.add_argument("--file", default=FILE, help="换一个同样格式的文件")

    def handle(self, *, overwrite, file, verbosity, **options):
        try:
            with transaction.atomic():  # all of the file or nothing
                counts = publish_guides(file, overwrite=overwrite)
        except OSError as error:
            raise CommandError(describe_file_error_in_chinese(error, file)) from None
        except (ValueError, KeyError, TypeError) as error:
            raise CommandError(f"{file} 不能用：{error}") from None
        if verbosity:
            words = "指南：新增 {added}，更新 {renewed}，不动 {kept}。"
            self.stdout.write(words.format(**counts))
