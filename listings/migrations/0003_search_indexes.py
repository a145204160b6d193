from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models

COVERED = (
    "live_until category settlement term mode slots checks traits hourly_fen start_key end_key "
    "province_id city_id district_id"
).split()


def add_index(where: str, *leading: str) -> AddIndexConcurrently:
    """The newest listings of the nation, a province or a city, with all that lists are filtered by."""
    index = models.Index(
        *map(models.F, leading),
        models.F("published_at").desc(),
        models.F("listing_id").desc(),
        include=[column for column in COVERED if column not in leading],
        name=f"search_{where}_recent",
    )
    return AddIndexConcurrently(model_name="listingsearch", index=index)


class Migration(migrations.Migration):
    """The indexes by publication hold what lists are now filtered by as well; the former ones hold less."""

    atomic = False

    dependencies = [("listings", "0002_experience")]

    operations = [
        migrations.RunSQL("SET lock_timeout = 0", migrations.RunSQL.noop),
        add_index("nation"),
        add_index("province", "province_id"),
        add_index("city", "city_id"),
        RemoveIndexConcurrently(model_name="listingsearch", name="search_nation_newest"),
        RemoveIndexConcurrently(model_name="listingsearch", name="search_province_newest"),
        RemoveIndexConcurrently(model_name="listingsearch", name="search_city_newest"),
        migrations.RunSQL("RESET lock_timeout", migrations.RunSQL.noop),
    ]
