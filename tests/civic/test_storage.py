"""Storage: files under names of ours, whole or not at all, never listed."""

import os
import re

import pytest
from django.core.files.base import ContentFile

from civic.storage import DiskStorage


@pytest.fixture
def disk(tmp_path):
    return DiskStorage(location=str(tmp_path))


def held(disk, name):
    with disk.open(name) as file:
        return file.read()


@pytest.mark.parametrize(
    "name",
    ["jobs/单位.xlsx", "jobs/con.xlsx", "jobs/" + "字" * 200 + ".xlsx", "jobs/a\u202eb.xlsx"],
)
def test_a_file_is_kept_under_a_name_of_ours(disk, name):
    kept = disk.save(name, ContentFile(b"x"))

    assert re.fullmatch(r"jobs/\d{4}/\d\d/[\w-]{22}\.xlsx", kept)
    assert held(disk, kept) == b"x"
    assert os.stat(disk.path(kept)).st_mode & 0o777 == 0o640


def test_two_files_of_one_name_are_two_files(disk):
    first = disk.save("jobs/a.txt", ContentFile(b"1"))
    second = disk.save("jobs/a.txt", ContentFile(b"2"))

    assert [held(disk, name) for name in (first, second)] == [b"1", b"2"]


def test_a_file_that_breaks_off_leaves_nothing(disk, tmp_path):
    class Broken(ContentFile):
        def chunks(self, chunk_size=None):
            yield b"half"
            raise OSError("the line is dead")

    with pytest.raises(OSError, match="the line is dead"):
        disk.save("jobs/a.txt", Broken(b""))

    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    "path",
    ["/media/", "/media/jobs/", "/media/../civic/settings.py", "/media/%2e%2e/%2e%2e/etc/passwd"],
)
@pytest.mark.django_db
def test_the_directory_of_files_answers_to_nobody(client, path):
    assert client.get(path).status_code == 404
