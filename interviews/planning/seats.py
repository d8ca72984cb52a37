"""Who takes part: the seats that are taken, and new ones."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from interviews.forms import ChangesForm
from interviews.models import Guest, Host, Person, Speaker, Suggestion
from interviews.models.values.text import one_line
from interviews.models.values.text_fields import LineInput

SOMEBODY_ELSE = "new"


class TakenSeatForm(ChangesForm):
    """How the speaker of a taken seat is shown. One who has spoken stays."""

    label = LineInput(label=_("Shown as"), max_length=100, required=False)
    remove = forms.BooleanField(label=_("Take this seat away"), required=False)

    class Meta:
        model = Speaker
        fields = ["label", "title", "organisation"]
        labels = {"title": _("Title"), "organisation": _("Organisation")}
        help_texts = {"title": "", "organisation": ""}

    def clean_label(self) -> str:
        typed: str = self.cleaned_data["label"]
        return typed or self.instance.interview.label_for(self.instance.person)

    def clean_remove(self) -> bool:
        remove: bool = self.cleaned_data["remove"]
        suggested = Suggestion.objects.filter(speaker=self.instance)
        if remove and (self.instance.turns.exists() or suggested.exists()):
            raise ValidationError(_("There are turns of this speaker: give them to somebody else first."))
        return remove

    @property
    def shown_as(self) -> str:
        # A seat that was given after the page was opened has no fields on it, and stays as it is.
        return str(self.changed("label").get("label", self.initial["label"]))

    def take_effect(self) -> bool:
        """Return whether anything changed."""
        seat, changes = Speaker.objects.filter(pk=self.instance.pk), self.changed(*self.Meta.fields)
        if self.cleaned_data["remove"]:
            return bool(seat.delete())
        if changes:
            self.instance.save(update_fields=list(changes))  # not by update(), which is in no record
        return bool(changes)


class SeatForm(forms.Form):
    """A seat for somebody known or new. `who` is asked only where the name alone doesn't tell; `asked` is the name for
    which it was."""

    name = LineInput(label=_("Name"), max_length=100)
    title = LineInput(label=_("Title"), max_length=200, required=False)
    organisation = LineInput(label=_("Organisation"), max_length=200, required=False)
    who = forms.ChoiceField(label=_("Who is it?"), required=False, widget=forms.RadioSelect)
    asked = LineInput(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, people: type[Host] | type[Guest], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = people
        self.fields["name"].widget.attrs |= {"list": f"known-{people._meta.model_name}s", "autocomplete": "off"}
        name = one_line(self["name"].value() or "")
        self.known = {str(person.pk): person for person in people.objects.called(name)}
        choices = [*((pk, described(person)) for pk, person in self.known.items()), (SOMEBODY_ELSE, another_of(name))]
        self.fields["who"].choices = choices  # type: ignore[attr-defined]

    @property
    def kind(self) -> str:
        return self.people.role

    def has_changed(self) -> bool:
        return not {"name", "title", "organisation"}.isdisjoint(self.changed_data)  # an answer alone is no seat

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        return {**data, "person": self._person(**data)} if {"name", "who"} <= data.keys() else data

    def _person(self, name: str, who: str, title: str = "", organisation: str = "", asked: str = "") -> Person:
        if who in self.known:
            return self.known[who]
        if not self.known or (who == SOMEBODY_ELSE and asked in ("", name)):
            return self.people(name=name, title=title, organisation=organisation)
        first, *others = self.known.values()
        if first.name != name:
            meant = {"name": pgettext("between names", " or ").join(person.name for person in self.known.values())}
            self.add_error("who", gettext("Did you mean %(name)s? Choose who it is.") % meant)
        elif others or first.hidden or not may_be(first, f"{title} {organisation}".strip()):
            self.add_error("who", _("There is somebody of this name already: choose who it is."))
        return first

    @property
    def person(self) -> Person | None:
        """Nobody if the row was left empty."""
        return self.cleaned_data.get("person")

    @property
    def candidates(self) -> list[tuple[Any, Person | None]]:
        """The answers to `who`, each with the person that it means."""
        return [(radio, self.known.get(str(radio.data["value"]))) for radio in self["who"]]


def may_be(person: Person, post: str) -> bool:
    # Many people share a name: what else is typed must not name another title or organisation.
    known = [words for words in (person.title, person.organisation) if words]
    return not post or not known or post in person.title or any(words in post for words in known)


def another_of(name: str) -> str:
    return gettext("Another person of the name %(name)s") % {"name": name}


def described(person: Person) -> str:
    about = [person.name, person.title, person.organisation, _("hidden") if person.hidden else ""]
    return " · ".join(str(words) for words in about if words) + f" ({person.slug})"
