"""Views of the ground floor: who may see a picture, who may upload one from the editor."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from civic import pictures
from civic.pictures import Picture
from tests import make

pytestmark = pytest.mark.django_db


def photo():
    out = io.BytesIO()
    Image.new("RGB", (40, 30), (200, 30, 40)).save(out, "JPEG")
    return out.getvalue()


def signed_in(person):
    client = Client()
    client.force_login(person, backend="civic.signin.RoleBackend")
    return client


def seen(client, url):
    """The answer, read to its end."""
    answer = client.get(url)
    if answer.streaming:
        b"".join(answer.streaming_content)
    return answer


def test_a_picture_is_seen_by_its_unit_first_and_by_all_once_it_is_published():
    here, there = make.unit("示例甲局"), make.unit("示例乙局")
    mine = signed_in(make.user("unit_liaison", unit=here))
    theirs = signed_in(make.user("unit_liaison", unit=there))
    picture = pictures.store(data=photo(), name="a.jpg", by=None, unit=here, alt="甲")
    everyone = [Client(), mine, theirs]

    before = [seen(client, picture.large_url).status_code for client in everyone]
    make.live_release(cover=picture, unit=here)
    after = [seen(client, picture.large_url) for client in everyone]

    assert before == [404, 200, 404]
    assert [answer.status_code for answer in after] == [200, 200, 200]
    assert "sandbox" in after[0]["Content-Security-Policy"]
    assert after[0]["X-Content-Type-Options"] == "nosniff"


def test_a_private_picture_is_never_kept_by_a_cache():
    person = make.user("office_staff")
    picture = pictures.store(data=photo(), name="a.jpg", by=person)

    answer = seen(signed_in(person), picture.large_url)

    assert answer["Cache-Control"] == "private, no-store"


def test_the_editor_gets_an_address_for_a_picture_and_words_for_anything_else():
    client = signed_in(make.user("editor"))
    page = b"<svg onload=alert(1)>"

    good = client.post("/admin/editor/upload/", {"upload": SimpleUploadedFile("a.jpg", photo())})
    bad = client.post("/admin/editor/upload/", {"upload": SimpleUploadedFile("a.svg", page)})
    none = client.post("/admin/editor/upload/")

    assert good.json()["url"] == Picture.objects.get().large_url
    assert (bad.status_code, bad.json()["uploaded"]) == (400, 0)
    assert none.json()["error"]["message"] == "请先选择图片。"
    assert client.get("/admin/editor/upload/").status_code == 405


def test_the_icon_is_found_where_browsers_look_for_it(client):
    answer = client.get("/favicon.ico")

    assert (answer.status_code, answer["Location"]) == (302, "/static/img/favicon.svg")
