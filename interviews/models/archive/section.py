from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from interviews.models.values.slugs import save_with_slug
from interviews.models.values.text_fields import LineField


class Section(models.Model):
    name = LineField(_("name"), max_length=100)
    slug = models.SlugField(_("slug"), max_length=80, unique=True, blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, verbose_name=_("parent"))

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["parent", "name"], name="section_once", nulls_distinct=False),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        save_with_slug(self, self.name, partial(super().save, *args, **kwargs))

    def clean(self) -> None:
        if self.pk and any(section.pk == self.pk for section in (self.parent.path if self.parent else [])):
            raise ValidationError({"parent": _("A section can't be inside itself.")})

    @property
    def path(self) -> list["Section"]:
        return [*(self.parent.path if self.parent else []), self]


class Publisher(models.Model):
    name = LineField(_("name"), max_length=100, unique=True)
    url = models.URLField(_("address"), blank=True)
    logo = models.URLField(_("logo"), blank=True, help_text=_("Address of a PNG or JPEG, for search engines."))

    class Meta:
        verbose_name = _("publisher")
        verbose_name_plural = _("publishers")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
