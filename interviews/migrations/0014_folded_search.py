"""What the search reads, folded, beside each row; `index_search` fills it from what is there already.

Until that has come to its end the indexes of migration 0004 stay, and the search goes by them. A new site needs none.
"""

from importlib import import_module

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

BEFORE = {name: index for name, index in import_module("interviews.migrations.0004_search").INDEXES.items() if name.endswith("_grams")}
DROP_WHERE_NOTHING_IS = f"""
DO $$ BEGIN
    IF NOT EXISTS (
        SELECT FROM interviews_turn UNION ALL SELECT FROM interviews_interview
        UNION ALL SELECT FROM interviews_guest UNION ALL SELECT FROM interviews_host
    ) THEN
        DROP INDEX {', '.join(BEFORE)};
    END IF;
END $$
"""


class Migration(migrations.Migration):

    dependencies = [
        ('interviews', '0013_alterable'),
    ]

    operations = [
        migrations.CreateModel(
            name='GuestSearched',
            fields=[
                ('folded', models.TextField()),
                ('folded_later', models.TextField()),
                ('grams', django.contrib.postgres.search.SearchVectorField()),
                ('row', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='searched', serialize=False, to='interviews.guest')),
            ],
            options={
                'abstract': False,
                'indexes': [django.contrib.postgres.indexes.GinIndex(fastupdate=False, fields=['grams'], name='guestsearched_grams')],
            },
        ),
        migrations.CreateModel(
            name='HostSearched',
            fields=[
                ('folded', models.TextField()),
                ('folded_later', models.TextField()),
                ('grams', django.contrib.postgres.search.SearchVectorField()),
                ('row', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='searched', serialize=False, to='interviews.host')),
            ],
            options={
                'abstract': False,
                'indexes': [django.contrib.postgres.indexes.GinIndex(fastupdate=False, fields=['grams'], name='hostsearched_grams')],
            },
        ),
        migrations.CreateModel(
            name='InterviewSearched',
            fields=[
                ('folded', models.TextField()),
                ('folded_later', models.TextField()),
                ('grams', django.contrib.postgres.search.SearchVectorField()),
                ('row', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='searched', serialize=False, to='interviews.interview')),
            ],
            options={
                'abstract': False,
                'indexes': [django.contrib.postgres.indexes.GinIndex(fastupdate=False, fields=['grams'], name='interviewsearched_grams')],
            },
        ),
        migrations.CreateModel(
            name='TurnSearched',
            fields=[
                ('folded', models.TextField()),
                ('folded_later', models.TextField()),
                ('grams', django.contrib.postgres.search.SearchVectorField()),
                ('row', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='searched', serialize=False, to='interviews.turn')),
            ],
            options={
                'abstract': False,
                'indexes': [django.contrib.postgres.indexes.GinIndex(fastupdate=False, fields=['grams'], name='turnsearched_grams')],
            },
        ),
        migrations.RunSQL(
            DROP_WHERE_NOTHING_IS,
            [f"CREATE INDEX IF NOT EXISTS {name} ON {index}" for name, index in BEFORE.items()],
        ),
    ]
