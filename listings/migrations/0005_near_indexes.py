from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models

COVERED = (
    "live_until category settlement term mode slots checks traits hourly_fen start_key end_key "
    "province_id city_id district_id latitude longitude further_districts further_points"
).split()


def add_index(where: str, *leading: str) -> AddIndexConcurrently:
    """The newest listings of the nation, a province or a city, with all that lists are filtered by."""
    index = models.Index(
        *map(models.F, leading),
        models.F("published_at").desc(),
        models.F("listing_id").desc(),
        include=[column for column in COVERED if column not in leading],
        name=f"search_{where}_newest",
    )
    return AddIndexConcurrently(model_name="listingsearch", index=index)


class Migration(migrations.Migration):
    """The indexes by publication hold what lists are now filtered and measured by as well."""

    atomic = False

    dependencies = [("listings", "0004_work_places")]

    operations = [
        migrations.RunSQL("SET lock_timeout = 0", migrations.RunSQL.noop),
        add_index("nation"),
        add_index("province", "province_id"),
        add_index("city", "city_id"),
        AddIndexConcurrently(
            model_name="listingsearch",
            index=models.Index(fields=["latitude", "longitude"], name="search_point"),
        ),
        AddIndexConcurrently(
            model_name="listingsearch",
            index=models.Index(
                fields=["listing_id"],
                condition=models.Q(further_points__isnull=False),
                name="search_further_points",
            ),
        ),
        RemoveIndexConcurrently(model_name="listingsearch", name="search_nation_recent"),
        RemoveIndexConcurrently(model_name="listingsearch", name="search_province_recent"),
        RemoveIndexConcurrently(model_name="listingsearch", name="search_city_recent"),
        migrations.RunSQL("RESET lock_timeout", migrations.RunSQL.noop),
    ]
