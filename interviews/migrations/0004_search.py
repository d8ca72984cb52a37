"""The indexes of the search, the archive and people's pages (models/archive/)."""

from django.db import migrations

# SQL that is parsed now, and not in the search path of whoever restores a dump. By code points and not by
# letters' classes, so that it is the same in every locale.
FUNCTIONS = [
    """
CREATE FUNCTION interviews_is_han(c text) RETURNS boolean IMMUTABLE PARALLEL SAFE
RETURN ascii(c) BETWEEN 12353 AND 40959  -- U+3041, after the punctuation
    OR ascii(c) BETWEEN 12293 AND 12295
    OR ascii(c) BETWEEN 11904 AND 12287
    OR ascii(c) BETWEEN 44032 AND 55215
    OR ascii(c) BETWEEN 63744 AND 64255
    OR ascii(c) BETWEEN 131072 AND 262143
""",
    # Each Chinese character with its follower, and each other word. The high cost tells the planner to look for
    # the words themselves first.
    """
CREATE FUNCTION interviews_grams(words text) RETURNS tsvector IMMUTABLE STRICT PARALLEL SAFE COST 10000
RETURN array_to_tsvector(ARRAY(
    SELECT CASE WHEN interviews_is_han(follower) THEN c || follower ELSE c END
    FROM (
        SELECT c, lead(c) OVER (ORDER BY n) AS follower
        FROM string_to_table(left(words, 50000), NULL) WITH ORDINALITY AS characters(c, n)
    ) pairs
    WHERE interviews_is_han(c)
    UNION ALL
    SELECT left(lower(word[1]), 60)
    FROM regexp_matches(
        left(words, 50000),
        '[0-9A-Za-z\\u00c0-\\u00d6\\u00d8-\\u00f6\\u00f8-\\u1fff\\uff10-\\uff19\\uff21-\\uff3a\\uff41-\\uff5a]+', 'g'
    ) word
))
""",
]
# Without a list of what is still to be put in order, which each search would have to read through.
INDEXES = {
    "turn_grams": "interviews_turn USING gin (interviews_grams(text)) WITH (fastupdate = off) WHERE state = 'published'",
    "turn_newest": "interviews_turn (spoken_at DESC, id DESC) WHERE state = 'published'",
    "turn_of_speaker": "interviews_turn (speaker_id, spoken_at DESC, id DESC) WHERE state = 'published'",
    "interview_grams": (
        "interviews_interview USING gin (interviews_grams(headline || E'\\n' || lede || E'\\n' || summary)) "
        "WITH (fastupdate = off)"
    ),
    "interview_newest": "interviews_interview (starts_at DESC, id DESC)",
    "interview_own_clock": (
        "interviews_interview (timezone(timezone, COALESCE(started_at, starts_at)) DESC, id DESC) "
        "INCLUDE (timezone, started_at, starts_at, section_id) "  # to be counted without a look at the rows
        "WHERE status <> 'draft'"
    ),
    "interview_to_come": "interviews_interview (status, starts_at, id) WHERE status IN ('scheduled', 'live')",
    **{
        f"{person}_grams": (
            f"interviews_{person} USING gin (interviews_grams(name || E'\\n' || title || E'\\n' || organisation)) "
            "WITH (fastupdate = off)"
        )
        for person in ("guest", "host")
    },
}


class Migration(migrations.Migration):

    dependencies = [
        ('interviews', '0003_reader'),
    ]

    operations = [
        migrations.RunSQL(FUNCTIONS, [
            'DROP FUNCTION interviews_grams(text)',
            'DROP FUNCTION interviews_is_han(text)',
        ]),
        *(
            migrations.RunSQL(f'CREATE INDEX {name} ON {index}', f'DROP INDEX {name}')
            for name, index in INDEXES.items()
        ),
    ]
