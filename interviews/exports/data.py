"""JSON, to be read by programs for years: names in it are added to and never change.

    {
      "format": "fangtan-transcript/1",
      "interview": {"headline", "url", "language", "timezone", "status": "scheduled" | "live" | "ended",
                    "starts_at", "started_at", "ended_at", "lede", "summary", "section": ["outer", …, "inner"],
                    "publishers": [{"name", "url"}], "old_id"},
      "speakers":  [{"id", "role": "host" | "guest", "label", "name", "title", "organisation",
                     "bio": {"zh-Hans", "en"}, "url"}],
      "turns":     [{"id", "url", "speaker", "spoken_at", "corrected_at", "heading", "paragraphs": ["…"],
                     "photos": [{"url", "alt", "width", "height"}]}
                    or {"retracted_at"}]
    }

Turns stand in the order of the talk; `speaker` is a speaker's id. Title and organisation are those of that day; the bio
is today's, in each language there is. Times are ISO 8601 with the interview's offset.
What is not there is null, "" or []; a name is never missing, except in a turn that was retracted.
"""

import json
from datetime import datetime
from typing import Any

from django.utils import timezone

from interviews.models import Photo, Speaker, Turn
from interviews.syndication.structured_data import Absolute, language_tag, url_of_person

from .contents import Contents

FORMAT = "fangtan-transcript/1"


def write(contents: Contents) -> str:
    data = {
        "format": FORMAT,
        "interview": interview_of(contents),
        "speakers": [speaker_of(speaker, contents.absolute) for speaker in contents.speakers],
        "turns": [turn_of(turn, contents.absolute) for turn in contents.turns],
    }
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def interview_of(contents: Contents) -> dict[str, Any]:
    interview = contents.interview
    return {
        "headline": interview.headline,
        "url": contents.absolute(interview.get_absolute_url()),
        "language": language_tag(interview.language),
        "timezone": interview.timezone,
        "status": interview.status,
        "starts_at": to_the_microsecond(interview.starts_at),
        "started_at": to_the_microsecond(interview.started_at),
        "ended_at": to_the_microsecond(interview.ended_at),
        "lede": interview.lede,
        "summary": contents.summary,
        "section": contents.section,
        "publishers": [{"name": one.name, "url": one.url} for one in interview.publishers.all()],
        "old_id": interview.old_id,
    }


def speaker_of(speaker: Speaker, absolute: Absolute) -> dict[str, Any]:
    return {
        "id": speaker.pk,
        "role": "host" if speaker.is_host else "guest",
        "label": speaker.label,
        "name": speaker.person.name,
        "title": speaker.title,
        "organisation": speaker.organisation,
        "bio": {"zh-Hans": speaker.person.bio_zh, "en": speaker.person.bio_en},
        "url": url_of_person(speaker, absolute),
    }


def turn_of(turn: Turn, absolute: Absolute) -> dict[str, Any]:
    if turn.state != Turn.State.PUBLISHED:
        return {"retracted_at": to_the_microsecond(turn.retracted_at)}
    return {
        "id": turn.pk,
        "url": absolute(turn.get_absolute_url()),
        "speaker": turn.speaker_id,
        "spoken_at": to_the_microsecond(turn.spoken_at),
        "corrected_at": to_the_microsecond(turn.corrected_at),
        "heading": turn.heading,
        "paragraphs": turn.paragraphs,
        "photos": [photo_of(photo, absolute) for photo in turn.photos.all()],
    }


def photo_of(photo: Photo, absolute: Absolute) -> dict[str, Any]:
    return {"url": absolute(photo.url), "alt": photo.alt, "width": photo.width, "height": photo.height}


def to_the_microsecond(at: datetime | None) -> str | None:
    # turns are ordered by it
    return timezone.localtime(at).isoformat() if at else None
