import secrets

from django.db import models
from django.utils.text import slugify
from pypinyin import lazy_pinyin

LONGEST = 60


def slug_for(model: type[models.Model], words: str) -> str:
    """A slug no other row of the model has; Chinese is spelled in pinyin, so that an address can be read aloud."""
    slug = slugify(" ".join(lazy_pinyin(words)))
    if len(slug) > LONGEST:
        slug = slug[:LONGEST].rpartition("-")[0] or slug[:LONGEST]
    slug = slug or model._meta.model_name or ""
    taken = model._default_manager.filter(slug=slug).exists()
    return f"{slug}-{secrets.token_hex(3)}" if taken else slug
