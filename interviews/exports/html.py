"""HTML in one file without scripts, to be kept, sent and printed."""

from django.template.loader import render_to_string

from .contents import Record, post_of


def write(record: Record) -> str:
    turns = [(turn, [(photo, record.absolute(photo.url)) for photo in turn.photos.all()]) for turn in record.turns]
    context = {
        "interview": record.interview,
        "hosts": [(host, post_of(host)) for host in record.hosts],
        "guests": [(guest, post_of(guest)) for guest in record.guests],
        "summary": record.summary,
        "turns": turns,
        "address": record.absolute(record.interview.get_absolute_url()),
    }
    return render_to_string("reader/export.html", context)
