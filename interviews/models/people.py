from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from interviews.slugs import slug_for


class User(AbstractUser):
    """Somebody of the newsroom; Django's own user, ours from the start because it can't be changed later."""

    def __str__(self) -> str:
        return self.get_full_name() or self.get_username()

    @property
    def is_editor(self) -> bool:
        """May decide: publish, decline, retract, begin and end."""
        return self.has_perm("interviews.change_interview")

    @property
    def is_typist(self) -> bool:
        """May type at the desk."""
        return self.has_perm("interviews.add_turn")


class Person(models.Model):
    name = models.CharField(_("name"), max_length=100)
    slug = models.SlugField(_("slug"), max_length=80, unique=True, blank=True)
    title = models.CharField(_("title"), max_length=200, blank=True)
    organisation = models.CharField(_("organisation"), max_length=200, blank=True)
    bio = models.TextField(_("bio"), blank=True)
    photo = models.ImageField(_("photo"), upload_to="people/", blank=True)

    class Meta:
        abstract = True
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.slug = self.slug or slug_for(type(self), self.name)
        super().save(*args, **kwargs)


class Host(Person):
    class Meta(Person.Meta):
        verbose_name = _("host")
        verbose_name_plural = _("hosts")

    def get_absolute_url(self) -> str:
        return reverse("host", args=[self.slug])


class Guest(Person):
    class Meta(Person.Meta):
        verbose_name = _("guest")
        verbose_name_plural = _("guests")

    def get_absolute_url(self) -> str:
        return reverse("guest", args=[self.slug])
