from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("news", "0006_fraud_types_from_folders")]

    operations = [
        # The newest of a fraud type that concern the whole country, beside an article on it.
        migrations.AddIndex(
            model_name="article",
            index=models.Index(
                fields=["fraud_type", "-published_at", "-id"],
                name="article_national_fraud_type",
                condition=models.Q(("national", True), models.Q(("fraud_type", ""), _negated=True)),
            ),
        )
    ]
