"""The record's view reads a function, so that later migrations can alter the tables behind it.

PostgreSQL lets nobody alter the type of a column that a view shows, nor drop it. What a function names in its text it
looks up only when it is asked, and it plans such a function as if its text stood in the query: by the same indexes.

Until a site has this migration, one of django-auditlog's that alters its table fails on the old view. When a release
of it brings one, name that in `run_before` here: then this one comes first, also where both are new.
"""

from django.db import migrations

# As in 0009: each half reads one table, without a condition.
ROWS = """
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
FROM auditlog_logentry
"""
BY_FUNCTION = f"""
CREATE FUNCTION interviews_record_rows() RETURNS TABLE (
    id bigint,
    at timestamptz,
    user_id bigint,
    who text,
    action text,
    interview_id bigint,
    turn_id bigint,
    content_type_id integer,
    object_id bigint,
    thing text,
    changes jsonb,
    reason text
) LANGUAGE sql STABLE PARALLEL SAFE AS $$ {ROWS} $$;
CREATE OR REPLACE VIEW interviews_record AS SELECT * FROM interviews_record_rows();
"""
BY_ITSELF = f"""
CREATE OR REPLACE VIEW interviews_record AS {ROWS};
DROP FUNCTION interviews_record_rows();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("interviews", "0011_drafts"),
    ]

    operations = [
        migrations.RunSQL(BY_FUNCTION, BY_ITSELF),
    ]
