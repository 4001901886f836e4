"""Pictures: the only module that knows Pillow. What comes in is checked, cleaned and re-encoded.

Nothing of an uploaded file is stored as it came: every stored version is drawn anew, so metadata,
hidden archives and scripts behind the picture are gone.
"""

from __future__ import annotations

import hashlib
import io
import threading
import uuid
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import models, transaction
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from civic import audit, files
from civic.scope import ScopedQuerySet

if TYPE_CHECKING:
    from civic.accounts import User
    from civic.units import Unit

FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
MAX_PIXELS = 50_000_000
MAX_SIDE = 12_000
LARGE, SMALL = 1600, 480
QUALITY, METHOD = 80, 2  # method 4 costs 60 % more time for 8 % fewer bytes
_decoders = threading.BoundedSemaphore(2)  # bounds memory when many upload at once

# Apps say which of these pictures the public may see now: callables from queryset to queryset.
# They ask by EXISTS and join nothing, so that their answers can be put together by OR.
PUBLIC_RULES: list[Callable[[models.QuerySet[Any]], models.QuerySet[Any]]] = []
# And which are described by a text that is reviewed or public: their words stay as they are.
SETTLED_RULES: list[Callable[[models.QuerySet[Any]], models.QuerySet[Any]]] = []


@dataclass(frozen=True)
class Ingested:
    """A picture that was let in: two WebP files, size of the large one, hashes of the upload."""

    large: bytes
    small: bytes
    width: int
    height: int
    sha256: str
    phash: str
    name: str


def ingest(data: bytes, name: str) -> Ingested:
    """Check and redraw an uploaded picture. Raises ValidationError, and nothing else."""
    files.check_upload(data)
    if data[4:12] in (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftyphevc"):
        raise ValidationError(
            gettext("HEIC pictures cannot be read. Choose «most compatible» on the phone, or JPEG.")
        )
    with _decoders, warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            return _redraw(data, name)
        except ValidationError:
            raise
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            raise ValidationError(gettext("The picture is too large. Make it smaller.")) from error
        except Exception as error:  # decoders raise nearly everything on broken files
            raise ValidationError(
                gettext("This is not a picture that can be read. Use JPEG, PNG, WebP or GIF.")
            ) from error


def _redraw(data: bytes, name: str) -> Ingested:
    with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
        width, height = opened.size
        if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
            limits = {"w": width, "h": height, "side": MAX_SIDE, "all": MAX_PIXELS // 1_000_000}
            raise ValidationError(
                gettext(
                    "The picture is too large: %(w)d × %(h)d pixels. No side may have more than"
                    " %(side)d pixels, and all together not more than %(all)d million."
                )
                % limits
            )
        scale = min(1, LARGE / max(width, height))
        # Both sides scaled, or draft() does nothing.
        opened.draft("RGB", (int(width * scale) + 1, int(height * scale) + 1))
        drawn = _flat(ImageOps.exif_transpose(opened))
    large = drawn.copy()
    large.thumbnail((LARGE, LARGE), Image.Resampling.LANCZOS, reducing_gap=2.0)
    small = large.copy()
    small.thumbnail((SMALL, SMALL), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return Ingested(
        large=_webp(large),
        small=_webp(small),
        width=large.width,
        height=large.height,
        sha256=hashlib.sha256(data).hexdigest(),
        phash=_perceptual_hash(small),
        name=files.clean_name(name),
    )


def _flat(image: Image.Image) -> Image.Image:
    """RGB, or RGBA where something shines through; 16-bit and CMYK come out in right colours."""
    if image.mode in ("I", "I;16", "I;16B", "F"):
        image = image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _webp(image: Image.Image) -> bytes:
    """Pasted on a new canvas, so that nothing the old one carried is written."""
    canvas = Image.new(image.mode, image.size)
    canvas.paste(image)
    out = io.BytesIO()
    canvas.save(out, "WEBP", quality=QUALITY, method=METHOD, exif=b"", xmp=b"", icc_profile=b"")
    return out.getvalue()


def _perceptual_hash(image: Image.Image) -> str:
    """64 bits as 16 hex digits: is a pixel brighter than its right neighbour? (dHash)"""
    grey = image.convert("L").resize((9, 8), Image.Resampling.BILINEAR)
    rows = [[grey.getpixel((x, y)) for x in range(9)] for y in range(8)]
    bits = 0
    for row in rows:
        for left, right in pairwise(row):
            bits = bits << 1 | (left > right)  # type: ignore[operator]
    return f"{bits:016x}"


class PictureQuerySet(ScopedQuerySet["Picture"]):
    def public(self) -> models.QuerySet[Picture]:
        """Pictures that some published text shows now."""
        found = self.none()
        for rule in PUBLIC_RULES:
            found = found | rule(self)
        return found


class Picture(models.Model):
    """A picture as the site shows it: a large and a small WebP, with its alt text and credit."""

    key = models.UUIDField(_("key"), default=uuid.uuid4, unique=True, editable=False)
    large = models.FileField(_("file"), upload_to="pictures", editable=False)
    small = models.FileField(_("small file"), upload_to="pictures", editable=False)
    name = models.CharField(_("file name"), max_length=100, blank=True, editable=False)
    alt = models.CharField(
        _("alternative text"),
        max_length=120,
        blank=True,
        help_text=_("What is to be seen, for those who cannot see it. Needed before publication."),
    )
    caption = models.CharField(_("caption"), max_length=200, blank=True)
    credit = models.CharField(_("credit"), max_length=60, blank=True)
    width = models.PositiveIntegerField(_("width"), editable=False)
    height = models.PositiveIntegerField(_("height"), editable=False)
    sha256 = models.CharField(_("SHA-256"), max_length=64, db_index=True, editable=False)
    phash = models.CharField(_("perceptual hash"), max_length=16, db_index=True, editable=False)
    unit = models.ForeignKey(
        "civic.Unit",
        verbose_name=_("unit"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="pictures",
        editable=False,
    )
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("uploaded by"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
    )
    uploaded_at = models.DateTimeField(_("uploaded"), auto_now_add=True)

    objects = PictureQuerySet.as_manager()

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.alt or self.name or str(self.key)

    def get_absolute_url(self) -> str:
        return reverse("picture", args=[self.key, "large"])

    @property
    def large_url(self) -> str:
        return reverse("picture", args=[self.key, "large"])

    @property
    def small_url(self) -> str:
        return reverse("picture", args=[self.key, "small"])

    @property
    def is_public(self) -> bool:
        """Whether some published text shows it now."""
        mine = Picture.objects.filter(pk=self.pk)
        return any(rule(mine).exists() for rule in PUBLIC_RULES)

    @cached_property
    def is_settled(self) -> bool:
        """Whether a text under review or published shows it: its words passed with that text."""
        mine = Picture.objects.filter(pk=self.pk)
        return any(rule(mine).exists() for rule in SETTLED_RULES)


def store(
    *,
    data: bytes,
    name: str,
    by: User | None,
    unit: Unit | None = None,
    alt: str = "",
    caption: str = "",
    credit: str = "",
) -> Picture:
    """Let a picture in and keep it; the same bytes of the same unit are kept once.

    Raises ValidationError. Drawing happens before the transaction begins.
    """
    home = unit or (by.unit if by else None)
    known = Picture.objects.filter(sha256=hashlib.sha256(data).hexdigest(), unit=home).first()
    if known is not None:
        return known
    return keep(ingest(data, name), by=by, unit=home, alt=alt, caption=caption, credit=credit)


def drawn(upload: Any) -> Ingested:
    """An uploaded file let in, once: drawn before the transaction if `draw_ahead` has seen it.

    Raises ValidationError.
    """
    found = getattr(upload, "ingested", None)
    if isinstance(found, ValidationError):
        raise found
    if found is None:
        upload.seek(0)
        found = ingest(upload.read(), upload.name or "")
    return found


def draw_ahead(uploads: Iterable[Any]) -> None:
    """Draw uploads before a transaction begins, so that none waits for a picture."""
    for upload in uploads:
        try:
            upload.ingested = ingest(upload.read(), upload.name or "")
        except ValidationError as refusal:
            upload.ingested = refusal
        upload.seek(0)


def keep(
    drawn: Ingested,
    *,
    by: User | None,
    unit: Unit | None = None,
    alt: str = "",
    caption: str = "",
    credit: str = "",
) -> Picture:
    """Keep a picture that was let in; the same bytes of the same unit are kept once."""
    home = unit or (by.unit if by else None)
    known = Picture.objects.filter(sha256=drawn.sha256, unit=home).first()
    if known is not None:
        return known
    with transaction.atomic():
        picture = Picture(
            name=drawn.name,
            alt=alt,
            caption=caption,
            credit=credit,
            width=drawn.width,
            height=drawn.height,
            sha256=drawn.sha256,
            phash=drawn.phash,
            unit=home,
            uploaded_by=by,
        )
        picture.large.save("large.webp", ContentFile(drawn.large), save=False)
        picture.small.save("small.webp", ContentFile(drawn.small), save=False)
        picture.save()
        audit.record("picture.stored", by=by, target=picture, sha256=drawn.sha256)
    return picture
