"""Mark which events readers see. Those that are there count as seen: no row is written."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("interviews", "0016_unseen"),
    ]

    operations = [
        migrations.AddField(
            model_name="event",
            name="is_public",
            field=models.BooleanField(db_default=True, verbose_name="seen by readers"),
        ),
    ]
