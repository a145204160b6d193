from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """The indexes by publication hold what lists are now filtered by as well; the former ones hold less."""

    atomic = False

    dependencies = [("listings", "0002_experience")]

    operations = [
        migrations.RunSQL("SET lock_timeout = 0", migrations.RunSQL.noop),
        AddIndexConcurrently(
            model_name="listingsearch",
            index=models.Index(
                models.F("published_at").desc(),
                models.F("listing_id").desc(),
                include=[
                    "live_until",
                    "category",
                    "settlement",
                    "term",
                    "mode",
                    "slots",
                    "checks",
                    "traits",
                    "hourly_fen",
                    "start_key",
                    "end_key",
                    "province_id",
                    "city_id",
                    "district_id",
                ],
                name="search_nation_recent",
            ),
        ),
        AddIndexConcurrently(
            model_name="listingsearch",
            index=models.Index(
                models.F("province_id"),
                models.F("published_at").desc(),
                models.F("listing_id").desc(),
                include=[
                    "live_until",
                    "category",
                    "settlement",
                    "term",
                    "mode",
                    "slots",
                    "checks",
                    "traits",
                    "hourly_fen",
                    "start_key",
                    "end_key",
                    "city_id",
                    "district_id",
                ],
                name="search_province_recent",
            ),
        ),
        AddIndexConcurrently(
            model_name="listingsearch",
            index=models.Index(
                models.F("city_id"),
                models.F("published_at").desc(),
                models.F("listing_id").desc(),
                include=[
                    "live_until",
                    "category",
                    "settlement",
                    "term",
                    "mode",
                    "slots",
                    "checks",
                    "traits",
                    "hourly_fen",
                    "start_key",
                    "end_key",
                    "province_id",
                    "district_id",
                ],
                name="search_city_recent",
            ),
        ),
        RemoveIndexConcurrently(model_name="listingsearch", name="search_nation_newest"),
        RemoveIndexConcurrently(model_name="listingsearch", name="search_province_newest"),
        RemoveIndexConcurrently(model_name="listingsearch", name="search_city_newest"),
        migrations.RunSQL("RESET lock_timeout", migrations.RunSQL.noop),
    ]
