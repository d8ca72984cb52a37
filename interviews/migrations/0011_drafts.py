from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("interviews", "0010_publisher_logo"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="interview",
            index=models.Index(condition=models.Q(("status", "draft")), fields=["id"], name="interview_draft"),
        ),
    ]
