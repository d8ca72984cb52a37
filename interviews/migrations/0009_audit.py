"""The events and django-auditlog's entries as one list, which admins may look at."""

from django.contrib.auth.management import create_permissions
from django.db import migrations, models

# Each half reads one table, without a condition: so PostgreSQL goes through both by their indexes on the time,
# and sorts nothing.
VIEW = """
CREATE VIEW interviews_record AS
SELECT id,
       at,
       user_id,
       NULL::text AS who,
       kind::text AS action,
       interview_id,
       turn_id,
       NULL::integer AS content_type_id,
       NULL::bigint AS object_id,
       ''::text AS thing,
       before AS changes,
       note::text AS reason
FROM interviews_event
UNION ALL
SELECT -(id::bigint),
       timestamp,
       actor_id,
       additional_data ->> 'who',
       (ARRAY['created', 'changed', 'deleted', 'seen'])[action + 1],
       (additional_data ->> 'interview')::bigint,
       NULL::bigint,
       content_type_id,
       object_id,
       object_repr,
       changes,
       ''::text
FROM auditlog_logentry;

CREATE INDEX record_id ON auditlog_logentry ((-(id::bigint)));
CREATE INDEX record_interview ON auditlog_logentry (((additional_data ->> 'interview')::bigint));
"""
NO_VIEW = "DROP INDEX record_interview; DROP INDEX record_id; DROP VIEW interviews_record"


def let_admins_look(apps, editor=None):
    config = apps.get_app_config("interviews")
    config.models_module = getattr(config, "models_module", None) or True  # else no permission is made in a migration
    create_permissions(config, apps=apps, verbosity=0)
    ours = apps.get_model("auth", "Permission").objects.filter(content_type__app_label="interviews")
    for group in apps.get_model("auth", "Group").objects.filter(name="admin"):
        group.permissions.add(*ours.filter(codename="view_record"))


class Migration(migrations.Migration):

    dependencies = [
        ('interviews', '0008_accounts'),
        ('auditlog', '0017_add_actor_email'),
        ('contenttypes', '0002_remove_content_type_name'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='event',
            index=models.Index(fields=['at'], name='event_at'),
        ),
        migrations.CreateModel(
            name='Record',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('at', models.DateTimeField(verbose_name='at')),
                ('who', models.TextField(null=True)),
                ('action', models.CharField(choices=[('submitted', 'submitted'), ('approved', 'approved'), ('sent_back', 'sent back'), ('announced', 'announced'), ('started', 'started'), ('paused', 'paused'), ('resumed', 'resumed'), ('ended', 'ended'), ('reopened', 'reopened'), ('revised', 'revised'), ('recast', 'recast'), ('prepared', 'prepared'), ('moved', 'moved'), ('said', 'said'), ('grew', 'grew'), ('held', 'held'), ('released', 'released'), ('declined', 'declined'), ('suggested', 'suggested'), ('dismissed', 'dismissed'), ('corrected', 'corrected'), ('marked', 'marked'), ('retracted', 'retracted'), ('restored', 'restored'), ('pinned', 'pinned'), ('unpinned', 'unpinned'), ('created', 'created'), ('changed', 'changed'), ('deleted', 'deleted')], max_length=20, verbose_name='action')),
                ('object_id', models.BigIntegerField(null=True)),
                ('thing', models.TextField(verbose_name='what')),
                ('changes', models.JSONField()),
                ('reason', models.TextField(verbose_name='reason')),
            ],
            options={
                'verbose_name': 'change',
                'verbose_name_plural': 'record of changes',
                'db_table': 'interviews_record',
                'managed': False,
                'default_permissions': ['view'],
            },
        ),
        migrations.AlterModelOptions(
            name='report',
            options={'ordering': ['id'], 'verbose_name': 'report', 'verbose_name_plural': 'reports'},
        ),
        migrations.RunSQL(VIEW, NO_VIEW),
        migrations.RunPython(let_admins_look, migrations.RunPython.noop),
    ]
