from django.apps import AppConfig
from django.db.models.signals import post_migrate


class SafetyConfig(AppConfig):
    name = "safety"
    verbose_name = "审核与举报"

    def ready(self):
        """Each desk registers itself with `safety.deciding`."""
        from safety import appeal_desk, canned, report_desk, roles  # noqa: F401
        from safety.aftercare import checks  # noqa: F401
        from safety.desk import employer_desk, listing_desk  # noqa: F401

        post_migrate.connect(roles.ensure, sender=self, dispatch_uid="moderators' group")
        post_migrate.connect(canned.ensure, sender=self, dispatch_uid="canned reasons")
