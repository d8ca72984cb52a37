"""Count the changes that readers don't see: what they are shown and asked by is seq without these.

Interviews keep the numbers that open pages know: nothing counts as unseen yet. Whoever still runs the version before
writes events that count as seen, as they did. Of a draft nobody has seen anything.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("interviews", "0015_sessions_end_for_good"),
    ]

    operations = [
        migrations.AddField(
            model_name="interview",
            name="unseen",
            field=models.PositiveBigIntegerField(
                db_default=0, default=0, editable=False, verbose_name="changes readers don't see"
            ),
        ),
        migrations.RunSQL(
            "UPDATE interviews_interview SET unseen = seq WHERE status = 'draft'", migrations.RunSQL.noop
        ),
    ]
