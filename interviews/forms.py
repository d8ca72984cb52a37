from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from PIL import Image

from interviews import photos
from interviews.models import Event, Interview, Note, Photo, Speaker, Turn

from .models.archive.search_words import MAX_WORDS, Words
from .models.transcript.turn.fields import MAX_SHOWN_VERSION
from .models.values.local_times import to_the_second
from .models.values.text import MAX_TEXT_CHARACTERS, one_line
from .models.values.text_fields import LineInput, ParagraphsInput, ProseInput
from .time_fields import MomentField, Typed, is_untouched

if TYPE_CHECKING:
    ModelForm = forms.ModelForm[Any]
else:
    from django.forms import ModelForm

MAX_CLOCK_DIFFERENCE = timedelta(minutes=5)


class ChangesForm(ModelForm):
    """Keep what each field showed when the page was opened, so that only what this editor changed is saved."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.show_hidden_initial = bool(self.instance.pk)

    def changed(self, *names: str) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in names if name in self.changed_data}


class AfterForm(forms.Form):
    """The cursor of a page: which log it follows, and how far it has come."""

    epoch = forms.UUIDField()
    after = forms.IntegerField(min_value=0, max_value=2**53)

    def clean_epoch(self) -> str:
        return str(self.cleaned_data["epoch"])


class ReportForm(forms.Form):
    """A reader's report of an error in a turn; `version` is the turn's shown_version on the reader's page.

    `website` is a trap for programs that fill in every field.
    """

    version = forms.IntegerField(min_value=1, max_value=MAX_SHOWN_VERSION)
    text = LineInput(max_length=500)
    website = forms.CharField(required=False, max_length=0, error_messages={"max_length": _("Leave this field empty.")})

    def clean(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "website"}


def time_set_by_hand(at: datetime | None, interview: Interview) -> datetime | None:
    """Return this time. One that is up to five minutes ahead becomes now, or the last turn's time if that is later.

    Raise ValidationError where it is further ahead: only a person knows what was meant.
    """
    now = timezone.now()
    if not at or at <= now:
        return at
    latest = interview.present()
    if at > latest + MAX_CLOCK_DIFFERENCE:
        message = _("It is %(now)s by the site’s clock, so this time is still to come. Give an earlier one, or none.")
        raise ValidationError(message, params={"now": to_the_second(timezone.localtime(now))})
    return min(at, latest)  # or what others say in these minutes would stand before it


class SpokenForm(forms.Form):
    """Who said what in this interview, with which photos: a field `photo` (its key) and a field `alt` for each."""

    speaker = forms.ModelChoiceField(Speaker.objects.none())
    text = ParagraphsInput(max_length=MAX_TEXT_CHARACTERS)

    def __init__(self, data: QueryDict, interview: Interview) -> None:
        super().__init__(data)
        self.posted = data
        self.interview = interview
        self.fields["speaker"].queryset = interview.speakers.all()  # type: ignore[attr-defined]

    def clean_spoken_at(self) -> datetime | None:
        return time_set_by_hand(self.cleaned_data["spoken_at"], self.interview)

    def photos(self, turn: Turn | None = None) -> list[Photo]:
        """Return the photos in their order. Raise ValidationError if one is another interview's or another turn's."""
        keys = self.posted.getlist("photo")
        if not keys:
            return []
        by_this_post = Q(turn__key=self.cleaned_data.get("key"))  # if it was sent before, it has its photos
        may_be_shown = self.interview.photos.filter(Q(turn=None) | Q(turn=turn) | by_this_post)
        try:
            known = {str(photo.key): photo for photo in may_be_shown.filter(key__in=keys)}
            photos = [known[key] for key in keys]
        except (KeyError, ValidationError) as error:
            raise ValidationError(_("A photo is missing: add it again.")) from error
        for photo, alt in zip(photos, self.posted.getlist("alt"), strict=False):
            photo.alt = one_line(alt)[: Photo._meta.get_field("alt").max_length]
        return photos


class SayForm(SpokenForm):
    """A new turn; with `before` or `after`, one that was forgotten beside that turn.

    `spoken_at` was set by hand, `began_at` is when its typing began: that one is never refused for the clock.
    The desk's form for these says `beside`: one of the two comes from the button, which old browsers left out.
    """

    key = forms.UUIDField()
    spoken_at = MomentField(required=False)
    began_at = MomentField(required=False)
    before = forms.ModelChoiceField(Turn.objects.none(), required=False)
    after = forms.ModelChoiceField(Turn.objects.none(), required=False)

    def __init__(self, data: QueryDict, interview: Interview) -> None:
        super().__init__(data, interview)
        for name in {"before", "after"} & data.keys():  # most posts have neither
            self.fields[name].queryset = interview.turns.spoken()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        before, after = data.pop("before", None), data.pop("after", None)
        if before or after:
            transcript = self.interview.turns.spoken()
            data["spoken_at"] = transcript.time_before(before) if before else transcript.time_after(after)
        elif "beside" in self.data:
            self.add_error("before", self.fields["before"].error_messages["required"])
        return {**data, "photos": self.photos()}


class GrowForm(forms.Form):
    turn = forms.UUIDField()
    text = ParagraphsInput(max_length=MAX_TEXT_CHARACTERS)
    key = forms.UUIDField()


class PrepareForm(SpokenForm):
    key = forms.UUIDField()


class CorrectForm(SpokenForm):
    """A correction; `photos` says that the form had photos.

    `spoken_at` is as the page shows it, to the second, and `initial-spoken_at` what it showed at first: a time that
    nobody changed is neither judged nor saved.
    """

    version = forms.IntegerField(min_value=1)
    spoken_at = MomentField(required=False)

    def __init__(self, data: QueryDict, turn: Turn) -> None:
        super().__init__(data, turn.interview)
        self.turn = turn
        shown = data.get("initial-spoken_at") or timezone.localtime(turn.spoken_at).isoformat()
        if is_untouched(Typed(data.get("spoken_at", ""), data.get("spoken_at_fold", ""), shown)):
            del self.fields["spoken_at"]

    def clean(self) -> dict[str, Any]:
        data = {"spoken_at": None} | (super().clean() or self.cleaned_data)
        return {**data, "photos": self.photos(self.turn) if "photos" in self.data else None}


class MoveForm(forms.Form):
    """A move in the queue: one step, or right before another turn; before none it is the end."""

    step = forms.ChoiceField(choices=[("up", "up"), ("down", "down")], required=False)
    before = forms.ModelChoiceField(Turn.objects.none(), required=False)

    def __init__(self, data: QueryDict, turn: Turn) -> None:
        super().__init__(data)
        self.turn = turn
        self.queue = turn.interview.turns.prepared()
        self.fields["before"].queryset = self.queue.exclude(pk=turn.pk)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        step = data.pop("step", "")
        if step:
            queue = list(self.queue)
            place = queue.index(self.turn) if self.turn in queue else 0
            others = dict(enumerate(turn for turn in queue if turn != self.turn))
            data["before"] = others.get(max(place - 1, 0) if step == "up" else place + 1)
        elif "before" not in self.data:
            self.add_error("step", self.fields["step"].error_messages["required"])
        return data


class MarkForm(forms.Form):
    heading = LineInput(required=False, max_length=Turn._meta.get_field("heading").max_length)


class ApproveForm(forms.Form):
    seen = forms.DateTimeField()


class ReasonForm(forms.Form):
    reason = LineInput(required=False, max_length=Event._meta.get_field("note").max_length)


class VersionForm(forms.Form):
    version = forms.IntegerField(min_value=1)


class PauseForm(forms.Form):
    notice = LineInput(max_length=Interview._meta.get_field("notice").max_length)


class EndForm(forms.Form):
    waiting = forms.CharField(required=False)


class NoteForm(forms.Form):
    text = ProseInput(max_length=Note._meta.get_field("text").max_length)
    key = forms.UUIDField()


class PresenceForm(forms.Form):
    """What is being typed in a window of the desk: for a speaker, or in a turn's correction; `gone` when it closes."""

    window = forms.UUIDField()
    speaker = forms.ModelChoiceField(Speaker.objects.none(), required=False)
    turn = forms.ModelChoiceField(Turn.objects.none(), required=False)
    gone = forms.BooleanField(required=False)

    def __init__(self, data: QueryDict, interview: Interview) -> None:
        super().__init__(data)
        self.fields["speaker"].queryset = interview.speakers.all()  # type: ignore[attr-defined]
        self.fields["turn"].queryset = interview.turns.all()  # type: ignore[attr-defined]


class ArchiveForm(forms.Form):
    """The filters of the archive; each may be left out."""

    year = forms.IntegerField(required=False, min_value=1900, max_value=2200)
    section = forms.SlugField(required=False)
    guest = forms.SlugField(required=False)
    host = forms.SlugField(required=False)
    page = forms.IntegerField(required=False, min_value=1, max_value=2**31)


class OlderForm(forms.Form):
    """Where a list goes on: after the entry with this id."""

    before = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)


class WordsInput(LineInput):
    default_error_messages: ClassVar = {
        "required": _("Type a word to search for."),
        "max_length": _("That is too long: at most 100 characters."),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=100, **kwargs)

    def clean(self, value: Any) -> Words:
        typed = super().clean(value)
        words = Words.of(typed)
        if typed and not words:
            raise ValidationError(_("There is no word in this, only punctuation."))
        if len(words.terms) > MAX_WORDS:
            raise ValidationError(_("These are too many words: at most eight."))
        return words


class SearchForm(OlderForm):
    """The words (`q`), and filters: one kind of results, or what one person said."""

    q = WordsInput()
    kind = forms.ChoiceField(required=False, choices=[("interviews", "interviews"), ("turns", "turns")])
    guest = forms.SlugField(required=False)
    host = forms.SlugField(required=False)


def cleaned(form: forms.Form) -> dict[str, Any]:
    """Return the form's data, or raise ValidationError: a form refuses in the same way as a verb does."""
    if not form.is_valid():
        raise ValidationError(form.errors.as_data())
    return form.cleaned_data


class UploadForm(forms.Form):
    key = forms.UUIDField()
    file = forms.FileField()

    def clean_file(self) -> Image.Image:
        return photos.opened(self.cleaned_data["file"])
