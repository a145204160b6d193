from datetime import timedelta

from django.core.management.base import BaseCommand, CommandError

from jobsite.operations.retention import BY_CODE, PurgeIncomplete, PurgeRefused, purge_expired


class Command(BaseCommand):
    help = "删掉留够了时间的数据；法律要求的最短时间以内的，不删。"

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="只数，不删")
        parser.add_argument(
            "--older-than",
            action="append",
            default=[],
            metavar="CODE=DAYS",
            help="这一项留得比表里短，如 notices=90；可以写多次",
        )

    def handle(self, *args, **options):
        shorter = dict(_parse_older_than_option(words) for words in options["older_than"])
        try:
            purged = purge_expired(shorter, dry_run=options["dry_run"])
        except PurgeRefused as refused:
            raise CommandError(str(refused)) from None
        except PurgeIncomplete as incomplete:
            self._write_counts(incomplete.purged, shorter)
            words = f"没做成：{'、'.join(incomplete.failed)}，原因在日志里；别的都做了。"
            raise CommandError(words) from None
        self._write_counts(purged, shorter)

    def _write_counts(self, purged, shorter):
        for code, count in purged.items():
            rule = BY_CODE[code]
            days = shorter.get(code, rule.keep).days
            self.stdout.write(f"{code:<18} {count:>7}  {rule.what}（{days} 天以前）")


def _parse_older_than_option(words):
    code, _, days = words.partition("=")
    if code not in BY_CODE:
        raise CommandError(f"没有「{code}」这一项，有的是：{'、'.join(sorted(BY_CODE))}。")
    if not days.isascii() or not days.isdigit() or len(days) > 5 or not int(days):
        raise CommandError(f"{words}：天数是 1 以上的整数，如 notices=90。")
    return code, timedelta(days=int(days))
