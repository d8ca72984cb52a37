"""Invitations, failed sign-ins as admins look at them, and a notice when a second factor is set up."""

from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.db import migrations, models
from django.db.models.deletion import CASCADE


def let_admins_lift_locks(apps, editor=None):
    config = apps.get_app_config("interviews")
    config.models_module = getattr(config, "models_module", None) or True  # else no permission is made in a migration
    create_permissions(config, apps=apps, verbosity=0)
    ours = apps.get_model("auth", "Permission").objects.filter(content_type__app_label="interviews")
    for group in apps.get_model("auth", "Group").objects.filter(name="admin"):
        group.permissions.add(*ours.filter(codename__in=["view_lock", "delete_lock"]))


# Sessions that have not shown it are nobody's from then on (migration 0006 has the rest).
NOTICE = """
CREATE TRIGGER doubt AFTER INSERT OR DELETE ON otp_totp_totpdevice EXECUTE FUNCTION interviews_doubt()
"""
NO_NOTICE = "DROP TRIGGER doubt ON otp_totp_totpdevice"


class Migration(migrations.Migration):

    dependencies = [
        ('interviews', '0007_approval'),
        ('axes', '0010_accessattemptexpiration'),
        ('otp_totp', '0003_add_timestamps'),
    ]

    operations = [
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fingerprint', models.CharField(max_length=64, unique=True)),
                ('made_at', models.DateTimeField(auto_now_add=True, verbose_name='made at')),
                ('used_at', models.DateTimeField(null=True, verbose_name='used at')),
                ('withdrawn_at', models.DateTimeField(null=True, verbose_name='withdrawn at')),
                ('by', models.ForeignKey(null=True, on_delete=CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='made by')),
                ('user', models.ForeignKey(on_delete=CASCADE, related_name='invitations', to=settings.AUTH_USER_MODEL, verbose_name='user')),
            ],
            options={
                'verbose_name': 'invitation',
                'verbose_name_plural': 'invitations',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Lock',
            fields=[
            ],
            options={
                'verbose_name': 'failed sign-in',
                'verbose_name_plural': 'failed sign-ins',
                'ordering': ['-attempt_time'],
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('axes.accessattempt',),
        ),
        migrations.RunPython(let_admins_lift_locks, migrations.RunPython.noop),
        migrations.RunSQL(NOTICE, NO_NOTICE),
    ]
