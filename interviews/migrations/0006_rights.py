"""Roles as groups, assignments to single interviews, and a notice when a right may be lost."""

from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.db import migrations, models
from django.db.models.deletion import CASCADE

EDITS = [
    "add_interview", "change_interview", "view_interview",
    "add_turn", "change_turn", "view_turn",
    "change_report", "view_report",
    "add_speaker", "change_speaker", "delete_speaker", "view_speaker",
    "add_guest", "change_guest", "view_guest",
    "add_host", "change_host", "view_host",
    "view_section", "view_publisher",
]
KEEPS = ["guest", "host", "section", "publisher", "user", "assignment"]
GROUPS = {
    "typist": ["add_turn"],
    "moderator": ["change_report", "view_report"],
    "editor": EDITS,
    "admin": [
        *EDITS, "delete_interview", "approve_interview", "view_event",
        *(f"{verb}_{model}" for verb in ("add", "change", "delete", "view") for model in KEEPS),
    ],
}


def make_groups(apps, editor=None):
    """Again it changes nothing that a site has added to them."""
    config = apps.get_app_config("interviews")
    config.models_module = getattr(config, "models_module", None) or True  # else no permission is made in a migration
    create_permissions(config, apps=apps, verbosity=0)
    permissions = apps.get_model("auth", "Permission").objects.filter(content_type__app_label="interviews")
    for name, codenames in GROUPS.items():
        group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=name)
        group.permissions.add(*permissions.filter(codename__in=codenames))


# Whoever takes a right away, in whatever way: the desks' sockets look at once whether they may stay.
NOTICE = """
CREATE FUNCTION interviews_doubt() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NOTIFY rights;
    RETURN NULL;
END $$;
CREATE TRIGGER doubt AFTER DELETE OR UPDATE OF is_active, is_superuser, is_staff, password, signed_out_at
    ON interviews_user EXECUTE FUNCTION interviews_doubt();
CREATE TRIGGER doubt AFTER DELETE OR UPDATE ON interviews_user_groups EXECUTE FUNCTION interviews_doubt();
CREATE TRIGGER doubt AFTER DELETE OR UPDATE ON interviews_user_user_permissions EXECUTE FUNCTION interviews_doubt();
CREATE TRIGGER doubt AFTER DELETE OR UPDATE ON auth_group_permissions EXECUTE FUNCTION interviews_doubt();
CREATE TRIGGER doubt AFTER DELETE OR UPDATE ON interviews_assignment EXECUTE FUNCTION interviews_doubt();
CREATE TRIGGER doubt AFTER DELETE ON django_session FOR EACH ROW EXECUTE FUNCTION interviews_doubt();
"""
NO_NOTICE = "DROP FUNCTION interviews_doubt() CASCADE"


class Migration(migrations.Migration):

    dependencies = [
        ('interviews', '0005_people'),
        ('auth', '0012_alter_user_first_name_max_length'),
        ('sessions', '0001_initial'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='interview',
            options={'ordering': ['-starts_at', '-id'], 'permissions': [('approve_interview', 'Can approve interview')], 'verbose_name': 'interview', 'verbose_name_plural': 'interviews'},
        ),
        migrations.AddField(
            model_name='user',
            name='signed_out_at',
            field=models.DateTimeField(editable=False, help_text='Sessions that began before are over.', null=True, verbose_name='signed out everywhere at'),
        ),
        migrations.CreateModel(
            name='Assignment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('editor', 'editor'), ('typist', 'typist'), ('moderator', 'moderator')], default='typist', max_length=10, verbose_name='role')),
                ('interview', models.ForeignKey(on_delete=CASCADE, related_name='assignments', to='interviews.interview', verbose_name='interview')),
                ('user', models.ForeignKey(on_delete=CASCADE, related_name='assignments', to=settings.AUTH_USER_MODEL, verbose_name='user')),
            ],
            options={
                'verbose_name': 'assignment',
                'verbose_name_plural': 'assignments',
                'ordering': ['interview', 'user__username', 'role'],
                'constraints': [models.UniqueConstraint(fields=('interview', 'user', 'role'), name='assignment_once'), models.CheckConstraint(condition=models.Q(('role__in', ('editor', 'typist', 'moderator'))), name='assignment_known_role')],
            },
        ),
        migrations.RunPython(make_groups, migrations.RunPython.noop),
        migrations.RunSQL(NOTICE, NO_NOTICE),
    ]
