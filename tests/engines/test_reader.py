"""What a reader can rely on in every engine from the floor up."""


def test_the_page_is_readable(window, site, interview, host):
    interview.say(host, "河水是怎样变清的？")

    page = window(site.here + interview.get_absolute_url())

    assert page.text("h1") == interview.headline
    page.see(".turn", "河水是怎样变清的？")
