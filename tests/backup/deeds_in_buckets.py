"""What people do with files, run by `manage.py shell` in an installation whose files lie in buckets."""

LIVING = """
import datetime as dt, hashlib, io, json, re, zipfile
from urllib.parse import urlsplit
from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from PIL import Image
from kampanj.audience.importing import staging
from kampanj.audience.models import Guardian, School
from kampanj.channels.artifact import artifacts
from kampanj.channels.registry import CHANNELS
from kampanj.content.models import Edition, campaign_by_slug
from kampanj.distribution import clock
from kampanj.distribution.plan import make_mailing
from kampanj.followup.archive import verifying, writing
from kampanj.followup.schools import links
from kampanj.municipality.media.models import CampaignMedia
from kampanj.municipality.models import CampaignDocument, CampaignImage
from kampanj.municipality.storage import private_storage
from tests.audience.rosters import R, roster
from tests.distribution.rows import finish
from ung.models import FilmPage

SLUG = "jag-trodde-aldrig"
client = Client(HTTP_HOST="127.0.0.1")
told = {}

def body(response):
    return b"".join(response.streaming_content) if response.streaming else response.content

# An uploaded picture, its rendition, and the page that shows it.
drawn = io.BytesIO()
Image.new("RGB", (1600, 900), "navy").save(drawn, "PNG")
drawn.seek(0)
image = CampaignImage.objects.create(title="Havet", file=ImageFile(drawn, name="havet.png"))
page = campaign_by_slug(SLUG)
page.get_translations().update(live=False)
page.cover_image = image
page.save_revision().publish()
html = client.get(page.get_url_parts()[2]).content.decode()
shown = sorted({urlsplit(address).path for address in re.findall(r'(?:https?://[^"\\s/]+)?/media/[^"\\s,?]+', html)})
told["pictures"] = {path: [(found := client.get(path)).status_code, found["Content-Type"], len(body(found)) > 100,
    found["X-Content-Type-Options"], found["Cache-Control"], "default-src 'none'" in found["Content-Security-Policy"]]
    for path in shown}
told["share_picture"] = any(path.startswith("/media/share") or "og" in path or path.endswith(".jpg") for path in shown)
told["missing"] = client.get("/media/images/finns-inte.jpg").status_code
document = CampaignDocument.objects.create(title="Underlag", file=ContentFile(b"words", "underlag.txt"))
ways = ("/media/../private/x", "/media/%2e%2e/x", "/media/", "/media/" + document.file.name.replace("/", "%5C"))
told["outside"] = [client.get(way).status_code for way in ways]
told["document"] = [client.get(f"/media/{document.file.name}").status_code, body(client.get(document.url)).decode()]

# A package, in whole and in part, through a school's link.
mailing = make_mailing(slug=SLUG, segment_name="Alla skolor", at=None, is_approved=True)
link = urlsplit(links.address(mailing, School.objects.get(platform="moodle"), "sv")).path
href = f"{link}cc11/sv/"
whole = body(client.get(href))
part = client.get(href, HTTP_RANGE="bytes=100-199")
rest = client.get(href, HTTP_RANGE=f"bytes={len(whole) - 7}-")
told["package"] = [zipfile.ZipFile(io.BytesIO(whole)).testzip(), part.status_code, body(part) == whole[100:200],
    rest.status_code, body(rest) == whole[-7:]]
artifact = artifacts(CHANNELS["cc11"], Edition.freeze(page))[0]
told["artifact"] = zipfile.ZipFile(artifact.open()).testzip()

# A film, in parts.
def plays(one):
    return client.head(reverse("film_file", args=[one.pk, "mp4"])).status_code == 200
net = next(one for one in FilmPage.objects.live().filter(film__isnull=False).order_by("pk") if plays(one))  # Others have ended.
part = client.get(reverse("film_file", args=[net.pk, "mp4"]), HTTP_RANGE="bytes=10-19")
told["film_part"] = [part.status_code, len(body(part))]
film = CampaignMedia.objects.order_by("pk").first()
with film.file.storage.open(film.file.name) as opened:
    opened.seek(-10, 2)
    end = opened.read()
    opened.seek(5)
    told["film"] = [len(end), opened.tell(), len(opened.read(20)), opened.size == film.file.size]

# A mailing that ends: its archive is written and found good.
ended = make_mailing(slug=SLUG, segment_name="Alla vårdnadshavare", at=None, is_approved=True)
clock.start_due(); finish(ended); clock.finish_done(); clock.finish_done()
writing.write_due()
told["archives"] = verifying.check_all()

# A roster: sealed, read, applied, undone, and its files shredded.
rows = [R(f"E{n}", f"G{n}", f"ny.{n}@example.org", school="Mariefreds skola") for n in (8, 9)]
staged = staging.upload(io.BytesIO(roster(*rows)),
    source="hinken", file_name="lista.csv", by=None)
staging.check_and_apply(staged, by=None)
told["imported"] = Guardian.objects.filter(source="hinken").count()
staging.queue_undo(staged, by=None)
staging.undo(staged)
told["undone"] = Guardian.objects.filter(source="hinken").count()
other = staging.upload(io.BytesIO(roster(R())), source="hinken", file_name="kasta.csv", by=None)
staging.discard(other, by=None)
told["shredded"] = not private_storage().listdir("rosters")[0].count(str(other.folder))
print("LIVING", json.dumps(told))
"""
