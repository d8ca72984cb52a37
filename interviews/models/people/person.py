from functools import partial
from typing import Any, ClassVar, Self, TypeVar

from django.db import models
from django.db.models import Case, Q, Value, When
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from interviews.models.values.chinese import is_chinese
from interviews.models.values.folding import fold
from interviews.models.values.searched import Searchable, Searched
from interviews.models.values.slugs import save_with_slug
from interviews.models.values.text_fields import LineField, ProseField

from .likeness import are_close

MAX_PEOPLE_CLOSE = 12  # a question names them all

SomePerson = TypeVar("SomePerson", bound="Person")


class PersonQuerySet(models.QuerySet[SomePerson]):
    def unmerged(self) -> Self:
        return self.filter(merged_into=None)

    def with_page(self) -> Self:
        return self.unmerged().filter(hidden=False)

    def begun(self, typed: str) -> Self:
        """Return those whom somebody may mean who has typed so much; first those whose name begins with it."""
        fits = Q(searched__folded__contains=fold(typed)) | Q(name__icontains=typed)
        begins = Case(When(name__istartswith=typed, then=Value(0)), default=Value(1))
        return self.with_page().filter(fits).order_by(begins, "name", "pk")

    def called(self, name: str) -> list[SomePerson]:
        """Return those who have this name, or if nobody has it those with a close one."""
        if not name:
            return []
        if namesakes := list(self.unmerged().filter(name=name)):
            return namesakes
        everybody = self.unmerged().values_list("pk", "name")
        close = [pk for pk, other in everybody if are_close(name, other)]
        return list(self.filter(pk__in=close[:MAX_PEOPLE_CLOSE]))


class Person(Searchable):
    SEARCHED = ("name", "title", "organisation")
    role: ClassVar[str]  # the field of a Speaker that leads here

    name = LineField(_("name"), max_length=100)
    slug = models.SlugField(_("slug"), max_length=80, unique=True, blank=True)
    title = LineField(_("title"), max_length=200, blank=True)
    organisation = LineField(_("organisation"), max_length=200, blank=True)
    bio_zh = ProseField(_("bio (Chinese)"), blank=True)
    bio_en = ProseField(_("bio (English)"), blank=True)
    photo = models.ImageField(_("photo"), upload_to="people/", blank=True)
    original = models.ImageField(_("photo as it came"), upload_to="originals/", blank=True, editable=False)
    crop = models.CharField(_("crop"), max_length=40, blank=True, help_text=_("Left, top and side, in pixels."))
    email = models.EmailField(_("e-mail"), blank=True)
    phone = LineField(_("phone"), max_length=100, blank=True)
    notes = ProseField(_("notes"), blank=True)
    hidden = models.BooleanField(
        _("hidden"), default=False, help_text=_("Has no page; what was said stays under the name.")
    )
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="merged", verbose_name=_("merged into")
    )

    merged_into_id: int | None

    objects = PersonQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse(self._meta.model_name or "", args=[self.slug])

    @property
    def has_page(self) -> bool:
        return not self.hidden and self.merged_into_id is None

    @property
    def stands_for(self) -> Any:
        """Return the person whom this one was merged into, after however many merges, or else this one."""
        return self.merged_into.stands_for if self.merged_into else self

    @property
    def bio(self) -> str:
        ours, other = self.bio_zh, self.bio_en
        return (other or ours) if (get_language() or "").startswith("en") else (ours or other)

    @bio.setter
    def bio(self, text: str) -> None:
        if is_chinese(text):
            self.bio_zh = text
        else:
            self.bio_en = text

    def save(self, *args: Any, **kwargs: Any) -> None:
        save_with_slug(self, self.name, partial(super().save, *args, **kwargs))


class Host(Person):
    role = "host"

    class Meta(Person.Meta):
        verbose_name = _("host")
        verbose_name_plural = _("hosts")


class Guest(Person):
    role = "guest"

    class Meta(Person.Meta):
        verbose_name = _("guest")
        verbose_name_plural = _("guests")


class HostSearched(Searched):
    row = models.OneToOneField(Host, models.CASCADE, primary_key=True, related_name="searched")

    def __str__(self) -> str:
        return str(self.row)


class GuestSearched(Searched):
    row = models.OneToOneField(Guest, models.CASCADE, primary_key=True, related_name="searched")

    def __str__(self) -> str:
        return str(self.row)
