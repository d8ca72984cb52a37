import secrets
from collections.abc import Callable, Container
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from pypinyin import lazy_pinyin

MAX_SLUG_CHARACTERS = 60
RESERVED_SLUGS = {"new", "statistics"}  # addresses of the desk: planning an interview, and the statistics


def slug_for(model: type[models.Model], words: str, others: Container[str] | None = None) -> str:
    """Return a slug that no other row of the model has. Chinese is spelled in pinyin, so that it can be read aloud.

    `others` are the slugs of all rows, where they are known: then the database isn't asked.
    """
    slug = slug_from(model, words)
    is_taken = slug in others if others is not None else model._default_manager.filter(slug=slug).exists()
    return f"{slug}-{secrets.token_hex(3)}" if is_taken or slug in RESERVED_SLUGS else slug


def slug_from(model: type[models.Model], words: str) -> str:
    slug = slugify(" ".join(lazy_pinyin(words)))
    if len(slug) > MAX_SLUG_CHARACTERS:
        slug = slug[:MAX_SLUG_CHARACTERS].rpartition("-")[0] or slug[:MAX_SLUG_CHARACTERS]
    return slug or model._meta.model_name or ""


def save_with_slug(row: Any, words: str, save: Callable[[], None]) -> None:
    """Save a row under the slug that it has, or under one of these words."""
    if row.slug:
        return save()
    row.slug = slug_for(type(row), words)
    try:
        with transaction.atomic():
            save()
    except IntegrityError:  # another transaction has just given it to somebody else
        row.slug = slug_for(type(row), words)
        save()


def validate_free(slug: str) -> None:
    if slug in RESERVED_SLUGS:
        raise ValidationError(_("“%(slug)s” is an address of the desk: choose another."), params={"slug": slug})
