"""Approval before an interview is announced, and how many read it when."""

from django.db import migrations, models
from django.db.models.deletion import CASCADE


class Migration(migrations.Migration):

    dependencies = [
        ('interviews', '0006_rights'),
    ]

    operations = [
        migrations.AddField(
            model_name='interview',
            name='approved_at',
            field=models.DateTimeField(editable=False, null=True, verbose_name='approved at'),
        ),
        migrations.AddField(
            model_name='interview',
            name='submitted_at',
            field=models.DateTimeField(editable=False, null=True, verbose_name='submitted at'),
        ),
        migrations.AlterField(
            model_name='event',
            name='kind',
            field=models.CharField(choices=[('submitted', 'submitted'), ('approved', 'approved'), ('sent_back', 'sent back'), ('announced', 'announced'), ('started', 'started'), ('paused', 'paused'), ('resumed', 'resumed'), ('ended', 'ended'), ('reopened', 'reopened'), ('revised', 'revised'), ('recast', 'recast'), ('prepared', 'prepared'), ('moved', 'moved'), ('said', 'said'), ('grew', 'grew'), ('held', 'held'), ('released', 'released'), ('declined', 'declined'), ('suggested', 'suggested'), ('dismissed', 'dismissed'), ('corrected', 'corrected'), ('marked', 'marked'), ('retracted', 'retracted'), ('restored', 'restored'), ('pinned', 'pinned'), ('unpinned', 'unpinned')], max_length=20, verbose_name='kind'),
        ),
        migrations.CreateModel(
            name='Audience',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('minute', models.DateTimeField(verbose_name='minute')),
                ('readers', models.PositiveIntegerField(help_text='The most at once in that minute.', verbose_name='readers')),
                ('interview', models.ForeignKey(on_delete=CASCADE, related_name='audiences', to='interviews.interview', verbose_name='interview')),
            ],
            options={
                'ordering': ['interview', 'minute'],
                'constraints': [models.UniqueConstraint(fields=('interview', 'minute'), name='audience_minute_once')],
            },
        ),
    ]
