"""A person's portrait: a square cut out of a photo. Pages show the square; the photo stays with the newsroom.

class PersonAdmin(PortraitAdmin, …):  # keeps the files tidy, shows the photo to whoever may see the person
    form = PortraitForm  # with the fields "photo" and "crop", one below the other
"""

import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import PurePath
from typing import Any, cast

from django import forms
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import AdminFileWidget
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from PIL import Image

from interviews import photos
from interviews.forms import ModelForm
from interviews.models import Person

from .base import ModelAdmin

MEDIA_TYPES = ",".join(f"image/{format.lower()}" for format in photos.FORMATS)
CAN_BE_CROPPED = (".jpg", ".jpeg", ".png", ".webp")


class PortraitInput(AdminFileWidget):
    template_name = "admin/portrait.html"

    class Media:
        css = {"all": ["css/admin/portrait.css"]}
        js = [forms.Script("js/admin/photo-crop.js", type="module")]

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        return {
            **super().get_context(name, value, attrs),
            "file": forms.FileInput({"accept": MEDIA_TYPES}).render(name, None, attrs),
            "picture": picture_of(value.instance) if value else "",
            "formats": MEDIA_TYPES,
            "most_bytes": photos.MAX_PHOTO_BYTES,
        }


def picture_of(person: Person) -> str:
    """The address of what the square is cut out of; for portraits from before photos were kept, the square itself."""
    if person.original:
        return reverse(f"admin:interviews_{person._meta.model_name}_original", args=[person.pk])
    return person.photo.url if PurePath(str(person.photo)).suffix.lower() in CAN_BE_CROPPED else ""


class PhotoField(forms.FileField):
    """An image that is opened but not yet decoded."""

    widget = PortraitInput

    def to_python(self, data: Any) -> Any:
        data = super().to_python(data)
        return photos.opened(data) if data else None

    def bound_data(self, data: Any, initial: Any) -> Any:
        # Show the stored photo when the form comes back: browsers don't send the chosen file again.
        return initial


class PortraitForm(ModelForm):
    photo = PhotoField(
        label=_("Photo"), required=False, help_text=_("JPEG, PNG or WebP. Pages show a square of it and nothing else.")
    )
    crop = forms.CharField(
        label=_("Crop"),
        required=False,
        max_length=40,
        help_text=_("Left, top and side of the square, in pixels of the upright photo. If empty: the middle."),
    )
    original: "ContentFile[bytes] | str | None" = None  # what becomes of it: another one, none, or it stays

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        chosen, is_moved = data.get("photo"), "crop" in self.changed_data
        if {"photo", "crop"} & self.errors.keys():
            return data
        if chosen is False:
            self.original = ""
            return data | {"crop": ""}
        image = chosen if isinstance(chosen, Image.Image) else None
        if image or is_moved:
            return data | self._portrait(image, data["crop"] if is_moved else "")  # else it is that of the last photo
        return data

    def _portrait(self, image: Image.Image | None, crop: str) -> dict[str, Any]:
        try:
            portrait = photos.portrait(image or self._stored(), crop)
        except ValidationError as error:
            self.add_error("crop" if "crop" in error.update_error_dict({}) else "photo", error.messages)
            return {"photo": None}
        if image or not self.instance.original:
            self.original = a_file(portrait.original, "webp")
        return {"photo": a_file(portrait.square, "jpg"), "crop": portrait.crop}

    def _stored(self) -> Image.Image:
        file = self.instance.original or self.instance.photo
        if not file:
            raise ValidationError({"crop": _("There is no photo to be cropped.")})
        try:
            with file.open() as stored:
                return photos.opened(ContentFile(stored.read()))
        except FileNotFoundError as error:
            raise ValidationError(_("The photo’s file is missing: choose it again.")) from error

    def full_clean(self) -> None:
        super().full_clean()
        if self.errors and self.add_prefix("photo") in self.files:
            self._let_go_of_the_photo()

    def _let_go_of_the_photo(self) -> None:
        # Browsers don't send the file again, and the crop fits no other photo.
        if "photo" not in self.errors:
            self.add_error("photo", _("Choose the photo again when the rest is right: this form can’t keep it."))
        self.data = data = cast(QueryDict, self.data).copy()
        data[self.add_prefix("crop")] = self.initial.get("crop", "")

    def save(self, commit: bool = True) -> Any:
        if self.original is not None:
            self.instance.original = self.original
        return super().save(commit)


def a_file(content: bytes, kind: str) -> "ContentFile[bytes]":
    """Name a file so that nobody guesses it and no cache knows it."""
    return ContentFile(content, f"{uuid.uuid4().hex}.{kind}")


class PortraitAdmin(ModelAdmin):
    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_original"
        view = self.admin_site.admin_view(require_safe(self.original))
        return [path("<path:object_id>/original/", view, name=name), *super().get_urls()]

    def original(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The photo as it was uploaded, for those who may see the person."""
        person = self.get_object(request, unquote(object_id))
        if not self.has_view_permission(request, person):
            raise PermissionDenied
        if not person or not person.original or not person.original.storage.exists(person.original.name):
            raise Http404
        with person.original.open() as file:
            response = HttpResponse(file.read(), content_type="image/webp")
        response["X-Content-Type-Options"] = "nosniff"
        response["Content-Security-Policy"] = "default-src 'none'; sandbox"
        return response

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        with self._files_tidied([obj]):
            super().save_model(request, obj, form, change)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        with self._files_tidied([obj]):
            super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        with self._files_tidied(queryset):
            super().delete_queryset(request, queryset)

    @contextmanager
    def _files_tidied(self, people: Iterable[Person]) -> Iterator[None]:
        """Delete files that nobody has any more, once the transaction has committed."""
        pks = [person.pk for person in people]
        before = set(chain(*self.model._base_manager.filter(pk__in=pks).values_list("photo", "original")))
        yield
        transaction.on_commit(lambda: photos.forget(before))
