import pytest, os
from django.conf import settings
from kampanj.municipality.models import User
from django.contrib.auth.models import Group

@pytest.mark.django_db
def test_a(client):
    User.objects.create_user("x", password="y"); assert Group.objects.filter(name="Kommunikatör").exists()
    assert client.get("/admin/login/").status_code == 200
@pytest.mark.django_db(transaction=True)
def test_b():
    assert not User.objects.filter(username="x").exists()
    User.objects.create_user("z", password="y")
@pytest.mark.django_db
@pytest.mark.bare
def test_c():
    assert not User.objects.filter(username="z").exists()
def test_d(chromium):
    page = chromium.new_page(); page.set_content("<h1>x</h1>"); assert page.inner_text("h1") == "x"
def test_e(postgres_url, redis_url, smtp_sink):
    import smtplib
    with smtplib.SMTP("127.0.0.1", int(smtp_sink.url.rsplit(":",1)[1])) as s:
        s.sendmail("a@example.org", ["b@example.org"], b"Subject: x\r\n\r\n.hej")
    assert smtp_sink.recipients == ["b@example.org"]
    assert smtp_sink.messages[0].message["subject"] == "x"
    print(redis_url, postgres_url)
@pytest.mark.django_db
def test_f():
    assert User.objects.count() >= 0
