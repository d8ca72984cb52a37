"""Find people who may be in the address book twice.

Each person gets some keys, and people with a key in common are a group. This takes one pass, however many people there
are: half a second of ten thousand. So it is done again only when somebody has changed, which PostgreSQL tells at once.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from django.db import connection
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from interviews.models.values.chinese import is_chinese
from interviews.models.values.folding import fold

from .person import Guest, Host

BETWEEN_PARTS = re.compile(r"[\s·]+")
BRACKETS = re.compile(r"[(（\[【].*?[)）\]】]")
HONORIFICS = set("dr doctor prof professor mr mrs ms miss mx sir dame lord lady rev phd md mbe obe cbe esq".split())
POSTS = (
    "工程师 建筑师 设计师 教授 讲师 老师 教师 博士 硕士 院士 先生 女士 小姐 同志 主任 院长 局长 部长 处长 科长 "
    "厅长 司长 校长 所长 馆长 站长 市长 县长 区长 镇长 村长 队长 会长 社长 秘书长 书记 主席 委员 代表 理事 经理 "
    "总裁 董事长 主编 编辑 记者 主持人 医生 医师 护士长 护士 律师 研究员 馆员 专家 顾问 师傅"
).split()
POST = f"(?:副|总|高级|首席|名誉|特级)*(?:{'|'.join(sorted(POSTS, key=len, reverse=True))})"
WITHOUT_POST = re.compile(f"(?:{POST})?(.{{2,}}?)(?:{POST})?")
PHONE_NUMBER = re.compile(r"[\d\s()（）+.\-–]{7,}")
STATE = """
SELECT md5(string_agg(concat_ws(E'\n', id, name, email, phone), E'\n' ORDER BY id)) FROM {table}
WHERE merged_into_id IS NULL
"""
DIGITS_COMPARED = 9  # the last ones, which are the same with and without the country code


class Reason(TextChoices):
    NAME = "name", _("same name")
    SIMILAR = "similar", _("similar name")
    EMAIL = "email", _("same e-mail")
    PHONE = "phone", _("same phone")


class Group(NamedTuple):
    people: tuple[int, ...]
    reasons: list[Reason]


def duplicates(model: type[Guest] | type[Host]) -> list[Group]:
    with connection.cursor() as cursor:
        cursor.execute(STATE.format(table=model._meta.db_table))
        (state,) = cursor.fetchone()
    return _found(model, state)


@lru_cache(maxsize=2)  # guests and hosts, as they were when somebody last asked
def _found(model: type[Guest] | type[Host], _state: str) -> list[Group]:
    people = model.objects.unmerged().order_by("name", "pk").values_list("pk", "name", "email", "phone")
    sharing = defaultdict(list)
    for pk, *about in people:
        for key in dict.fromkeys(_keys(*about)):
            sharing[key].append(pk)
    reasons: dict[tuple[int, ...], list[Reason]] = defaultdict(list)
    for (reason, _key), pks in sharing.items():
        if len(pks) > 1:
            reasons[tuple(pks)].append(reason)
    return list(_without_subsets(reasons))


@lru_cache(maxsize=50_000)
def plain(name: str) -> str:
    return BETWEEN_PARTS.sub("", fold(name))


@lru_cache(maxsize=50_000)
def similar(name: str) -> str:
    """Return what spellings of one person's name have in common.

    A Chinese name loses the post before or behind it. Any other loses honorifics, and its words are sorted:
    “Dr Ken Brackley” is “Brackley, Ken”.
    """
    bare = BRACKETS.sub("", name) or name
    if is_chinese(bare):
        found = WITHOUT_POST.fullmatch(plain(bare))
        return found[1] if found else plain(bare)
    words = re.findall(r"[^\W_]+", fold(bare))
    return " ".join(sorted(word for word in words if word not in HONORIFICS) or words)


def _keys(name: str, email: str, phone: str) -> Iterator[tuple[Reason, str]]:
    yield Reason.NAME, plain(name)
    yield Reason.SIMILAR, similar(name)
    if email:
        yield Reason.EMAIL, email.casefold()
    for number in PHONE_NUMBER.findall(phone):
        digits = re.sub(r"\D", "", number)
        if len(digits) >= 7:
            yield Reason.PHONE, digits[-DIGITS_COMPARED:]


def _without_subsets(reasons: dict[tuple[int, ...], list[Reason]]) -> Iterator[Group]:
    groups_of = defaultdict(list)
    for people in reasons:
        for pk in people:
            groups_of[pk].append(set(people))
    for people, why in reasons.items():
        if not any(set(people) < other for other in groups_of[people[0]]):
            yield Group(people, [it for it in why if it != Reason.SIMILAR or Reason.NAME not in why])
