"""What the faces of every channel share: rich text with absolute links, as HTML or as plain text, and picture addresses."""

from __future__ import annotations

import re
from typing import Any

from django import template
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from wagtail.images.models import SourceImageIOError

from kampanj.channels import rich_text
from kampanj.channels.drawing import PictureMissing
from kampanj.municipality.models import SiteSettings
from kampanj.municipality.telephone import tel_address

register = template.Library()


@register.filter
def rich_html(value: Any, municipality: SiteSettings) -> SafeString:
    """Rich text (a RichText or its source) as clean, well-formed HTML whose links are absolute addresses."""
    return mark_safe(rich_text.as_html(value, municipality))


@register.filter
def rich_text_plain(value: Any, municipality: SiteSettings | None = None) -> str:
    """Rich text as plain text: a blank line between paragraphs, links as “text (address)”, list items as “– ”.

    Safe only in text: a template that writes HTML escapes it.
    """
    return rich_text.as_plain(value, municipality)


@register.filter
def absolute(address: str | None, municipality: SiteSettings) -> str:
    """`address` with scheme and host; an empty string for None."""
    return municipality.absolute(address) if address else ""


@register.filter
def without_scheme(address: str) -> str:
    """A web address as it is read on paper: without https://, www. and a slash at the end."""
    return rich_text.without_scheme(address)


@register.simple_tag
def rendition_url(image: Any, spec: str, municipality: SiteSettings) -> str:
    """Absolute address of the picture's rendition after Wagtail's filter `spec`, for example `width-1200`.

    Raises PictureMissing when the picture's file cannot be read.
    """
    try:
        return municipality.absolute(image.get_rendition(spec).url)
    except SourceImageIOError as fault:
        sentence = _("The picture “%(title)s” cannot be read. Upload it again or take it out of the campaign.")
        raise PictureMissing(sentence % {"title": image.title}) from fault


@register.filter
def underlined(text: str, mark: str = "-") -> str:
    """A heading in plain text: the words with a line of `mark` below, as long as they are (at most 72)."""
    words = " ".join(text.split())
    return f"{words}\n{mark * min(len(words), 72)}"


@register.simple_tag
def in_its_language(words: str, language: str) -> SafeString:
    """The words, marked with their language and direction where it is not the one that is active (WCAG 3.1.2)."""
    if not words or language == translation.get_language():
        return format_html("{}", words)
    direction = "rtl" if translation.get_language_info(language)["bidi"] else "ltr"
    return format_html('<span lang="{}" dir="{}">{}</span>', language, direction, words)


@register.filter
def tel(number: str) -> str:
    """A telephone number as a `tel:` address."""
    return tel_address(number)


@register.filter
def growing_dots(title: str, colour: str) -> SafeString:
    """The title in a letter: an ellipsis at its end becomes three full stops that grow, in `colour`; the words stay."""
    words = re.sub(r"(…|\.{3})$", "", title.strip())
    if words == title.strip():
        return format_html("{}", title)
    growing = '.<span style="font-size:130%;">.</span><span style="font-size:170%;">.</span>'
    stops = format_html('<span style="color:{};line-height:1;">{}</span>', colour, mark_safe(growing))
    return format_html('{}<span class="dots">{}</span>', words, stops)
