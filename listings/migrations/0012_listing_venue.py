"""The venue of a listing, and that somebody confirmed to be 18 before a contact was shown.

Listings from before get the venue that their title, address or company names: until now these words
alone kept minors from signing up.
"""

from django.db import migrations, models
from django.db.models import Q

VENUES = [
    ("", "普通场所"),
    ("ktv", "KTV·歌舞厅"),
    ("bar", "酒吧"),
    ("net_cafe", "网吧·电竞馆"),
    ("bath", "足浴·洗浴·按摩"),
    ("card_room", "棋牌室"),
    ("other", "其他娱乐场所"),
]
NAMED = {
    "ktv": "夜总会|迪厅|迪吧|KTV|ＫＴＶ|K歌|歌厅|歌舞厅|夜场",
    "bar": "酒吧|清吧|酒廊|夜店",
    "net_cafe": "网吧|网咖|电竞馆",
    "bath": "洗浴|足浴|足疗|(?<!月子|健身|瑜伽|母婴)会所",
    "card_room": "棋牌室|麻将馆",
}


def set_named_venues(apps, schema_editor):
    listings = apps.get_model("listings", "Listing").objects
    waiting = apps.get_model("listings", "ListingRevision").objects.filter(status="waiting")
    for venue, words in NAMED.items():
        in_text = Q(title__iregex=words) | Q(address__iregex=words)
        company = Q(company_text__iregex=words) | Q(employer__name__iregex=words)
        listings.filter(in_text | company, venue="").update(venue=venue)
        waiting.filter(in_text, venue="").update(venue=venue)


class Migration(migrations.Migration):
    dependencies = [
        ("listings", "0011_listing_sources"),
    ]

    operations = [
        migrations.AddField(
            model_name="contactreveal",
            name="said_grown",
            field=models.BooleanField(default=False, verbose_name="确认年满 18 周岁"),
        ),
        *(
            migrations.AddField(
                model_name=name,
                name="venue",
                field=models.CharField(
                    blank=True, choices=VENUES, default="", max_length=10, verbose_name="场所"
                ),
            )
            for name in ("listing", "listingrevision")
        ),
        migrations.RunPython(set_named_venues, migrations.RunPython.noop, elidable=True),
    ]
