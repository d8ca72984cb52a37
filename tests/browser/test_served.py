"""What answers the browser from within a test says nothing when the test is over."""

ASK_LATE = """async () => {
    document.body.append(Object.assign(new Image(), { src: "/late.png" }))
    for (const _ of Array(5)) await (await fetch("/parking")).text()
}"""


def test_what_a_page_asks_for_when_its_test_is_over_is_no_error_of_the_next(server, window):
    page = window()
    with page.expect_request("**/late.png"):
        page.evaluate(ASK_LATE)
    page.goto(server.parking)
