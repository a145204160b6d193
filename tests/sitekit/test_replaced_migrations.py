"""The first set of migrations takes the place of the former ones where all of them were applied."""

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from sitekit.system_checks import check_replaced_migrations


@pytest.mark.django_db
def test_a_database_in_the_middle_of_the_former_ones_is_refused_with_what_to_do():
    assert check_replaced_migrations(["default"]) == []
    MigrationRecorder(connection).record_unapplied("listings", "0019_sealed_searches")
    (problem,) = check_replaced_migrations(["default"])
    assert "listings" in problem.msg and "news" not in problem.msg
    with pytest.raises(SystemCheckError, match=r"sitekit\.E010"):
        call_command("migrate", skip_checks=False)
