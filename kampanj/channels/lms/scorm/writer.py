"""SCORM 1.2 and SCORM 2004 4th edition: a ZIP whose one lesson reads, asks, corrects and reports by itself.

The bytes depend on nothing but the editions. Every package is read by the linter before anybody gets it.
"""

from __future__ import annotations

from functools import partial

from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kampanj.channels.artifact import Artifact, Channel, ChannelError
from kampanj.channels.contents import Contents
from kampanj.channels.lms.archive import zipped
from kampanj.channels.lms.scorm.lesson import RUNTIME, SCRIPTS, Lesson, lesson_of
from kampanj.channels.lms.scorm.linter import faults
from kampanj.channels.lms.scorm.manifest import LAUNCHED, manifest
from kampanj.channels.lms.scorm.standard import SCORM_12, SCORM_2004, Standard
from kampanj.content.models import Edition

MEDIA_TYPE = "application/zip"
STYLES = "style.css"


def render(edition: Edition, *, standard: Standard) -> tuple[Artifact, ...]:
    """The package of one edition. ChannelError, naming every fault, when no platform should be given it."""
    return render_together((edition,), standard=standard)


def render_together(editions: tuple[Edition, ...], *, standard: Standard) -> tuple[Artifact, ...]:
    """The package of one campaign in several languages; the pupil changes language within the lesson."""
    lesson = lesson_of(editions, dialect=standard.dialect)
    package = write(lesson, standard)
    found = faults(package)
    if found:
        raise ChannelError(
            _("No package was made of “%(title)s”. Correct this in the campaign and try again: %(faults)s")
            % {"title": lesson.title, "faults": " ".join(fault.message for fault in found)}
        )
    return (Artifact(name=file_name(lesson, standard), media_type=MEDIA_TYPE, content=package.open),)


CHANNEL_12 = Channel(
    name=SCORM_12.name,
    label=gettext_lazy("Learning platform (SCORM 1.2)"),  # for readers
    render=partial(render, standard=SCORM_12),
    render_together=partial(render_together, standard=SCORM_12),
)
CHANNEL_2004 = Channel(
    name=SCORM_2004.name,
    label=gettext_lazy("Learning platform (SCORM 2004)"),  # for readers
    render=partial(render, standard=SCORM_2004),
    render_together=partial(render_together, standard=SCORM_2004),
)


def file_name(lesson: Lesson, standard: Standard) -> str:
    """`<slug>-<languages>-<standard>.zip` in ASCII."""
    languages = "-".join(slugify(language) for language in lesson.languages)
    return f"{slugify(lesson.slug) or 'kampanj'}-{languages}-{standard.name}.zip"


def write(lesson: Lesson, standard: Standard) -> Contents:
    """The package: the manifest first, then the page, what it needs, and the pictures, read piece by piece."""
    files = {LAUNCHED: Contents(lesson.page.encode()), STYLES: Contents(lesson.styles.encode())}
    files.update({name: Contents((RUNTIME / name).read_bytes()) for name in SCRIPTS})
    files.update(lesson.pictures)
    return zipped([("imsmanifest.xml", Contents(manifest(lesson, standard, tuple(files)))), *files.items()])
