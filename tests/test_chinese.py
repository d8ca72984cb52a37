import re

import pytest
from django.db import connection

from interviews.models.values.chinese import COMPARED_SINGLY, IDEOGRAPHS, SEARCHED_SINGLY, is_chinese

NO_CHARACTERS = range(0xD800, 0xE000)  # the halves of UTF-16


def members(characters):
    numbers = (n for n in range(1, 0x110000) if n not in NO_CHARACTERS)
    pattern = re.compile(f"[{characters}]")
    return {n for n in numbers if pattern.match(chr(n))}


@pytest.mark.django_db
def test_the_index_takes_the_same_characters_for_chinese_as_the_search():
    with connection.cursor() as cursor:
        numbers = "generate_series(1, 1114111) AS n WHERE n NOT BETWEEN 55296 AND 57343"
        cursor.execute(f"SELECT n FROM {numbers} AND interviews_is_han(chr(n))")
        assert {n for (n,) in cursor} == members(SEARCHED_SINGLY)


@pytest.mark.parametrize(
    ("character", "is_ideograph", "is_searched", "is_compared"),
    [
        ("河", True, True, True),
        ("㐀", True, True, True),  # Extension A
        ("𠮷", False, True, True),  # Extension B
        ("か", False, True, True),
        ("〇", False, True, True),
        ("강", False, True, False),
        ("。", False, False, True),
        ("Ａ", False, False, True),  # full width
        ("A", False, False, False),
        ("，", False, False, True),
        ("“", False, False, False),
    ],
)
def test_three_questions_have_three_answers(character, is_ideograph, is_searched, is_compared):
    answers = [bool(re.match(f"[{chosen}]", character)) for chosen in (IDEOGRAPHS, SEARCHED_SINGLY, COMPARED_SINGLY)]
    assert answers == [is_ideograph, is_searched, is_compared]
    assert is_chinese(f"x{character}x") == is_ideograph
