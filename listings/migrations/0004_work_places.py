import django.contrib.postgres.fields
from django.db import migrations, models

COORDINATES = models.CharField(
    "坐标", max_length=40, blank=True, default="", db_default="", help_text="经度,纬度"
)
FURTHER_PLACES = models.TextField(
    "其他工作地点", max_length=800, blank=True, default="", db_default=""
)


def list_of(field: models.Field, **more: str) -> django.contrib.postgres.fields.ArrayField:
    return django.contrib.postgres.fields.ArrayField(base_field=field, null=True, size=None, **more)


class Migration(migrations.Migration):
    dependencies = [("listings", "0003_search_indexes")]

    operations = [
        migrations.AddField("listing", "coordinates", COORDINATES),
        migrations.AddField("listing", "further_places", FURTHER_PLACES),
        migrations.AddField("listingrevision", "coordinates", COORDINATES.clone()),
        migrations.AddField("listingrevision", "further_places", FURTHER_PLACES.clone()),
        migrations.AddField("listingsearch", "latitude", models.FloatField(null=True)),
        migrations.AddField("listingsearch", "longitude", models.FloatField(null=True)),
        migrations.AddField(
            "listingsearch", "further_districts", list_of(models.PositiveIntegerField())
        ),
        migrations.AddField(
            "listingsearch",
            "further_points",
            list_of(models.FloatField(), help_text="latitude and longitude of each"),
        ),
    ]
