"""What calendars, feed readers, search engines and other programs read."""

from django.conf import settings
from django.contrib.sitemaps import views as sitemap_views
from django.contrib.sitemaps.views import SitemapIndexItem
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from interviews import exports
from interviews.models import Interview
from interviews.models.archive.public_dates import with_public_dates
from interviews.syndication import feeds
from interviews.syndication.calendars import calendar_of
from interviews.syndication.sitemaps import SITEMAPS

from .caching import public

NOT_FOR_ROBOTS = ["/desk/", "/admin/", "/search/", "/interviews/*/changes/"]


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    closed = [f"Disallow: {path}" for path in NOT_FOR_ROBOTS]
    lines = ["User-agent: *", *closed, "", f"Sitemap: {request.build_absolute_uri(reverse('sitemap'))}", ""]
    return public(HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8"), seconds=3600)


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """All addresses; or, if they are more than one file may hold, a list of such files."""
    section = request.GET.get("section")
    pages = {name: one().paginator.num_pages for name, one in SITEMAPS.items()} if section is None else {}
    if max(pages.values(), default=1) > 1:
        return public(index(request, pages), seconds=600)
    response = sitemap_views.sitemap(request, {**SITEMAPS}, section=section, template_name="reader/sitemap.xml")
    return public(response, seconds=600)


def index(request: HttpRequest, pages: dict[str, int]) -> HttpResponse:
    here = request.build_absolute_uri(reverse("sitemap"))
    files = [SitemapIndexItem(f"{here}?section={name}&p={n + 1}") for name, many in pages.items() for n in range(many)]
    return TemplateResponse(request, "sitemap_index.xml", {"sitemaps": files}, content_type="application/xml")


@require_safe
def site_feed(request: HttpRequest) -> HttpResponse:
    return _public(feeds.site_feed(request.build_absolute_uri), Atom1Feed.content_type, settings.LANGUAGE_CODE)


@require_safe
def feed(request: HttpRequest, slug: str) -> HttpResponse:
    interview = _announced(slug)
    return _public(feeds.feed_of(interview, request.build_absolute_uri), Atom1Feed.content_type, interview.language)


@require_safe
def calendar(request: HttpRequest, slug: str) -> HttpResponse:
    interview = _announced(slug)
    page = request.build_absolute_uri(interview.get_absolute_url())
    response = _public(calendar_of(interview, page), "text/calendar; charset=utf-8", interview.language)
    return _as_a_file(response, exports.file_name(interview, "ics"))


@require_safe
def export(request: HttpRequest, slug: str, format: str) -> HttpResponse:
    if format not in exports.FORMATS:
        raise Http404
    interview = _announced(slug)
    transcript = exports.export(interview, format, request.build_absolute_uri)
    media_type = f"{exports.FORMATS[format].media_type}; charset=utf-8"
    return _as_a_file(_public(transcript, media_type, interview.language), exports.file_name(interview, format))


def _announced(slug: str) -> Interview:
    interview: Interview = get_object_or_404(
        with_public_dates(Interview.objects.announced()).prefetch_related("publishers"), slug=slug
    )
    return interview


def _public(content: str | bytes, content_type: str, language: str) -> HttpResponse:
    headers = {"Content-Language": language}
    return public(HttpResponse(content, content_type=content_type, headers=headers), seconds=5)


def _as_a_file(response: HttpResponse, name: str) -> HttpResponse:
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response
