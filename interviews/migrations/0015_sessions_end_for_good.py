"""A session that has ended stays so: for disabling an account, and for the same password's other hashes."""

from django.db import migrations, models

KEEP_ENDED = """
CREATE FUNCTION interviews_keep_ended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.is_active AND NOT NEW.is_active THEN
        NEW.disabled_at := greatest(clock_timestamp(), OLD.disabled_at + interval '1 microsecond');
    ELSE
        NEW.disabled_at := OLD.disabled_at;
    END IF;
    NEW.signed_out_at := greatest(OLD.signed_out_at, NEW.signed_out_at);
    IF NEW.password <> OLD.password AND NEW.hash_before = OLD.hash_before THEN
        NEW.hash_before := '';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_ended BEFORE UPDATE ON interviews_user FOR EACH ROW EXECUTE FUNCTION interviews_keep_ended();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("interviews", "0014_folded_search"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="hash_before",
            field=models.CharField(db_default="", default="", editable=False, max_length=64),
        ),
        migrations.AddField(
            model_name="user",
            name="disabled_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.RunSQL(KEEP_ENDED, "DROP FUNCTION interviews_keep_ended() CASCADE"),
    ]
