"""Imports are dated by their source, not by the moment in which they were taken in."""

from django.db import migrations

_IMPORTS = """
    UPDATE news_article SET published_at =
        coalesce((source_date + time '12:00') AT TIME ZONE 'Asia/Shanghai', '1990-01-01 00:00+00')
    WHERE import_key IS NOT NULL AND import_key NOT LIKE 'guide:%' AND published_at IS NOT NULL
        AND status IN ('published', 'withdrawn')
        AND (source_date IS NULL
            OR source_date < (published_at AT TIME ZONE 'Asia/Shanghai')::date)
"""
_COPIES = """
    UPDATE news_articleregion place SET published_at = article.published_at
    FROM news_article article
    WHERE article.id = place.article_id AND place.published_at <> article.published_at
"""


class Migration(migrations.Migration):
    dependencies = [("news", "0007_related_national_index")]

    operations = [
        migrations.RunSQL(_IMPORTS, migrations.RunSQL.noop),
        migrations.RunSQL(_COPIES, migrations.RunSQL.noop),
    ]
