"""Addresses in what was said become links, and nothing else does."""

import pytest

from interviews.templatetags.transcript import linked


def link(url, text=None):
    return f'<a href="{url}" rel="nofollow">{text or url}</a>'


@pytest.mark.parametrize("after", ["。", "，然后", "）", "》", "”", "；", "！", "？", "、", "……", "查询", "：", "　"])
def test_chinese_right_after_an_address_is_not_part_of_it(after):
    assert linked(f"请看https://example.com/a?b=1{after}") == f"请看{link('https://example.com/a?b=1')}{after}"


@pytest.mark.parametrize("after", [".", ",", ")", ";", "!", ":", " and so on"])
def test_the_end_of_an_english_sentence_is_not_part_of_an_address(after):
    assert linked(f"See https://example.com/a{after}") == f"See {link('https://example.com/a')}{after}"


def test_two_addresses_in_one_sentence_are_two_links():
    text = "https://a.example/一是，二是https://b.example/"
    assert linked(text) == f"{link('https://a.example/')}一是，二是{link('https://b.example/')}"


def test_an_address_keeps_its_encoded_chinese_and_its_ampersands():
    url = "https://zh.wikipedia.org/wiki/%E6%B2%B3?x=1&y=2"
    escaped = url.replace("&", "&amp;")
    assert linked(f"见{url}。") == f"见{link(escaped)}。"


def test_www_is_enough():
    assert linked("登录www.example.com查询") == f"登录{link('http://www.example.com', 'www.example.com')}查询"


def test_markup_stays_text():
    assert linked('<script>alert("好")</script>') == "&lt;script&gt;alert(&quot;好&quot;)&lt;/script&gt;"


def test_markup_in_an_address_stays_text():
    assert "<script" not in linked('https://example.com/"><script>alert(1)</script>')
    assert "<img" not in linked("https://example.com/<img/src=x/onerror=alert(1)>")


@pytest.mark.parametrize("text", ["javascript:alert(1)", "data:text/html,hello", "file:///etc/passwd"])
def test_only_the_web_is_linked(text):
    assert "<a" not in linked(text)
