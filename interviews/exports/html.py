"""HTML in one file without scripts, to be kept, sent and printed."""

from django.template.loader import render_to_string

from .contents import Contents, post_of


def write(contents: Contents) -> str:
    turns = [(turn, [(photo, contents.absolute(photo.url)) for photo in turn.photos.all()]) for turn in contents.turns]
    context = {
        "interview": contents.interview,
        "hosts": [(host, post_of(host)) for host in contents.hosts],
        "guests": [(guest, post_of(guest)) for guest in contents.guests],
        "summary": contents.summary,
        "turns": turns,
        "address": contents.absolute(contents.interview.get_absolute_url()),
    }
    return render_to_string("reader/export.html", context)
