"""What axe finds wrong with a page."""

# Only what is wrong is told with its elements; and style sheets aren't asked for and read once more in each look, which
# only an experimental rule needs, one that axe leaves out by itself. The rest is what took the time
ALL_RULES = {"resultTypes": ["violations"], "preload": {"assets": ["media"]}}
RULES = {**ALL_RULES, "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def violations(page, looks=(), rules=RULES):
    """In each look, a viewport with a colour scheme, or as the page is.

    Several looks at one page, since to open it takes as long as to look at it.
    """
    if not page.evaluate("'axe' in window"):
        page.add_script_tag(url="/axe.js")
    found = [] if looks else violations_now(page, rules)
    for viewport, scheme in looks:
        page.set_viewport_size(viewport)
        page.emulate_media(color_scheme=scheme)
        found += violations_now(page, rules)
    return found


def violations_now(page, rules):
    found = page.evaluate("rules => axe.run(rules)", rules)["violations"]
    return [(page.url, one["id"], node["html"][:200], node["failureSummary"]) for one in found for node in one["nodes"]]
