"""The virus scanner: a real ClamAV daemon that knows one signature, EICAR's test file."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from civic import files, pictures, sheets, virus
from releases.models import Attachment
from releases.transcripts import recognition
from tests import make

# In halves, so that no scanner takes this file for it.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + rb"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
SIGNATURE = "44d88612fea8a8f36de82e1278abb02f:68:Eicar-Test-Signature"
REFUSED = "防病毒软件"
UNCHECKED = "暂时无法"


@pytest.fixture(scope="module")
def clamd(tmp_path_factory):
    """The path of the socket of a daemon of our own."""
    program = shutil.which("clamd") or "/usr/sbin/clamd"
    home = tmp_path_factory.mktemp("clamav")
    (home / "db").mkdir()
    (home / "db" / "test.hdb").write_text(SIGNATURE + "\n")
    where = home / "clamd.ctl"
    lines = [f"LocalSocket {where}", f"DatabaseDirectory {home / 'db'}", "Foreground yes"]
    lines += ["StreamMaxLength 1M", f"TemporaryDirectory {home}"]
    (home / "clamd.conf").write_text("\n".join(lines) + "\n")
    daemon = subprocess.Popen(
        [program, "-c", str(home / "clamd.conf")],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    deadline = time.monotonic() + 60
    while not _answers(str(where)):
        assert daemon.poll() is None, daemon.stdout.read().decode()
        assert time.monotonic() < deadline, "clamd does not answer"
        time.sleep(0.1)
    yield str(where)
    daemon.terminate()
    daemon.wait(20)
    daemon.stdout.close()


def _answers(where: str) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(where)
        except OSError:
            return False
        return True


@pytest.fixture
def scanner(settings, clamd):
    settings.VIRUS_SCANNER = f"unix://{clamd}"


@pytest.fixture
def nobody(settings):
    """A scanner that is named and not there."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        settings.VIRUS_SCANNER = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    return settings


def test_a_virus_is_refused_in_words_and_a_clean_file_let_in(scanner):
    with pytest.raises(ValidationError, match=rf"{REFUSED}.*Eicar-Test-Signature"):
        files.check_attachment(EICAR, "说明.txt")

    assert files.check_attachment(b"clean", "a.txt").size == 5


@pytest.mark.parametrize(
    "let_in",
    [
        lambda data: pictures.ingest(data, "a.png"),
        lambda data: sheets.read(data, "a.xlsx"),
        lambda data: recognition.from_file(data, "a.txt"),
        lambda data: files.check_attachment(data, "a.txt"),
    ],
    ids=["picture", "sheet", "transcript", "attachment"],
)
def test_every_door_asks_the_scanner(scanner, let_in):
    with pytest.raises(ValidationError, match=REFUSED):
        let_in(EICAR)


@pytest.mark.django_db
def test_nothing_of_it_is_kept(scanner):
    row = Attachment(release=make.release(), file=SimpleUploadedFile("a.txt", EICAR))

    with pytest.raises(ValidationError, match=REFUSED):
        row.save()

    assert Attachment.objects.count() == 0


def test_without_an_answer_the_file_waits(nobody):
    with pytest.raises(ValidationError, match=UNCHECKED):
        virus.check(b"clean")


def test_an_office_may_let_files_in_unchecked(nobody, caplog):
    nobody.VIRUS_SCANNER_REQUIRED = False

    virus.check(b"clean")

    assert "gave no verdict" in caplog.text


def test_a_file_too_large_for_the_scanner_is_not_taken_for_clean(scanner):
    with pytest.raises(ValidationError, match=UNCHECKED):
        virus.check(b"x" * 3_000_000)


def test_without_a_scanner_nothing_is_asked(settings):
    settings.VIRUS_SCANNER = ""

    virus.check(EICAR)
