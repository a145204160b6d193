from django.core.management.commands import migrate

from sitekit.databases.resumed_migrations import ResumingExecutor

# Django's command has no other place to say so.
migrate.MigrationExecutor = ResumingExecutor  # type: ignore[attr-defined]


class Command(migrate.Command):
    """Django's command, which can be run again after an interruption."""
