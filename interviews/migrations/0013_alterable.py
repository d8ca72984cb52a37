"""Nothing of ours holds on to the type of a column, so that any later migration can alter it.

PostgreSQL refuses to alter a column that a trigger names, as the one on users did. And the function behind the
record's view says the type of each column that it shows, so that a table's own may become another.
"""

from django.db import migrations

# As in 0012, with a type said for each column; PostgreSQL drops a cast that changes nothing, and keeps to the indexes.
CASTING_ROWS = """
CREATE OR REPLACE FUNCTION interviews_record_rows() RETURNS TABLE (
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
) LANGUAGE sql STABLE PARALLEL SAFE AS $$
SELECT id::bigint,
       at::timestamptz,
       user_id::bigint,
       NULL::text AS who,
       kind::text AS action,
       interview_id::bigint,
       turn_id::bigint,
       NULL::integer AS content_type_id,
       NULL::bigint AS object_id,
       ''::text AS thing,
       before::jsonb AS changes,
       note::text AS reason
FROM interviews_event
UNION ALL
SELECT -(id::bigint),
       timestamp::timestamptz,
       actor_id::bigint,
       additional_data ->> 'who',
       (ARRAY['created', 'changed', 'deleted', 'seen'])[action + 1],
       (additional_data ->> 'interview')::bigint,
       NULL::bigint,
       content_type_id::integer,
       object_id::bigint,
       object_repr::text,
       changes::jsonb,
       ''::text
FROM auditlog_logentry
$$;
"""

# Whether one of these columns is another now is asked in the function: a trigger that names them stands in the way.
DOUBT_OF_A_USER = """
CREATE FUNCTION interviews_doubt_user() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE'
        OR (OLD.is_active, OLD.is_superuser, OLD.is_staff, OLD.password, OLD.signed_out_at)
           IS DISTINCT FROM (NEW.is_active, NEW.is_superuser, NEW.is_staff, NEW.password, NEW.signed_out_at)
    THEN
        NOTIFY rights;
    END IF;
    RETURN NULL;
END $$;
DROP TRIGGER doubt ON interviews_user;
CREATE TRIGGER doubt AFTER DELETE OR UPDATE ON interviews_user FOR EACH ROW EXECUTE FUNCTION interviews_doubt_user();
"""
DOUBT_AS_BEFORE = """
DROP FUNCTION interviews_doubt_user() CASCADE;
CREATE TRIGGER doubt AFTER DELETE OR UPDATE OF is_active, is_superuser, is_staff, password, signed_out_at
    ON interviews_user EXECUTE FUNCTION interviews_doubt();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("interviews", "0012_record_by_function"),
    ]

    operations = [
        migrations.RunSQL(CASTING_ROWS, migrations.RunSQL.noop),
        migrations.RunSQL(DOUBT_OF_A_USER, DOUBT_AS_BEFORE),
    ]
