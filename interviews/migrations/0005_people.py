"""The address book: private contact, two bios, a cropped photo; seats keep the organisation of their day."""

from django.db import migrations, models
from django.db.models import F, OuterRef, Subquery
from django.db.models.deletion import PROTECT


def fill(apps, editor):
    """A bio is Chinese if it has a Chinese character in it; seats keep what their cards have shown until now."""
    speakers = apps.get_model("interviews", "Speaker").objects
    for name in ("Guest", "Host"):
        people = apps.get_model("interviews", name).objects
        chinese = r"[\u3400-\u9fff]"
        people.filter(bio__regex=chinese).update(bio_zh=F("bio"))
        people.exclude(bio__regex=chinese).update(bio_en=F("bio"))
        person = people.filter(pk=OuterRef(f"{name.lower()}_id")).values("organisation")
        speakers.exclude(**{name.lower(): None}).update(organisation=Subquery(person))


def put_back(apps, editor):
    for name in ("Guest", "Host"):
        people = apps.get_model("interviews", name).objects
        people.update(bio=F("bio_zh"))
        people.filter(bio="").update(bio=F("bio_en"))


class Migration(migrations.Migration):

    dependencies = [
        ('interviews', '0004_search'),
    ]

    operations = [
        migrations.AddField(
            model_name='guest',
            name='bio_en',
            field=models.TextField(blank=True, verbose_name='bio (English)'),
        ),
        migrations.AddField(
            model_name='guest',
            name='bio_zh',
            field=models.TextField(blank=True, verbose_name='bio (Chinese)'),
        ),
        migrations.AddField(
            model_name='guest',
            name='crop',
            field=models.CharField(blank=True, help_text='Left, top and side, in pixels.', max_length=40, verbose_name='crop'),
        ),
        migrations.AddField(
            model_name='guest',
            name='email',
            field=models.EmailField(blank=True, max_length=254, verbose_name='e-mail'),
        ),
        migrations.AddField(
            model_name='guest',
            name='hidden',
            field=models.BooleanField(default=False, help_text='Has no page; what was said stays under the name.', verbose_name='hidden'),
        ),
        migrations.AddField(
            model_name='guest',
            name='merged_into',
            field=models.ForeignKey(editable=False, null=True, on_delete=PROTECT, related_name='merged', to='interviews.guest', verbose_name='merged into'),
        ),
        migrations.AddField(
            model_name='guest',
            name='notes',
            field=models.TextField(blank=True, verbose_name='notes'),
        ),
        migrations.AddField(
            model_name='guest',
            name='original',
            field=models.ImageField(blank=True, editable=False, upload_to='originals/', verbose_name='photo as it came'),
        ),
        migrations.AddField(
            model_name='guest',
            name='phone',
            field=models.CharField(blank=True, max_length=100, verbose_name='phone'),
        ),
        migrations.AddField(
            model_name='host',
            name='bio_en',
            field=models.TextField(blank=True, verbose_name='bio (English)'),
        ),
        migrations.AddField(
            model_name='host',
            name='bio_zh',
            field=models.TextField(blank=True, verbose_name='bio (Chinese)'),
        ),
        migrations.AddField(
            model_name='host',
            name='crop',
            field=models.CharField(blank=True, help_text='Left, top and side, in pixels.', max_length=40, verbose_name='crop'),
        ),
        migrations.AddField(
            model_name='host',
            name='email',
            field=models.EmailField(blank=True, max_length=254, verbose_name='e-mail'),
        ),
        migrations.AddField(
            model_name='host',
            name='hidden',
            field=models.BooleanField(default=False, help_text='Has no page; what was said stays under the name.', verbose_name='hidden'),
        ),
        migrations.AddField(
            model_name='host',
            name='merged_into',
            field=models.ForeignKey(editable=False, null=True, on_delete=PROTECT, related_name='merged', to='interviews.host', verbose_name='merged into'),
        ),
        migrations.AddField(
            model_name='host',
            name='notes',
            field=models.TextField(blank=True, verbose_name='notes'),
        ),
        migrations.AddField(
            model_name='host',
            name='original',
            field=models.ImageField(blank=True, editable=False, upload_to='originals/', verbose_name='photo as it came'),
        ),
        migrations.AddField(
            model_name='host',
            name='phone',
            field=models.CharField(blank=True, max_length=100, verbose_name='phone'),
        ),
        migrations.AddField(
            model_name='speaker',
            name='organisation',
            field=models.CharField(blank=True, help_text='As of that day.', max_length=200, verbose_name='organisation'),
        ),
        migrations.RunPython(fill, put_back),
        migrations.RemoveField(
            model_name='guest',
            name='bio',
        ),
        migrations.RemoveField(
            model_name='host',
            name='bio',
        ),
    ]
