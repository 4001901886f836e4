"""The head of a text: title, original title, time, source, writer; and the lines they stand in."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from releases.transcripts import chrome, moments
from releases.transcripts.blocks import Block, Hints, Shape, squeezed
from releases.transcripts.facts import CLAUSE, SOURCE, Line, fact_line
from releases.transcripts.transcript import Doubt, Dropped

LOOKED_AT = 25  # lines from the top in which the head may stand
LONGEST_TITLE = 100
_ORIGINAL = re.compile(r"^[(（【]?原(?:标)?题(?:目)?\s?[:：]\s?(?P<title>.{2,150}?)[)）】]?$")
_HELD = re.compile(r"^(?:会议|发布会|新闻发布会|召开|活动)?时间\s?[:：]\s?(?P<value>.{4,50})$")
_VENUE = re.compile(
    r"^(?:会议|发布会|新闻发布会|召开|活动)?(?:地点|会场)\s?[:：]\s?(?P<value>.{2,78})$"
)
_END = "。;；:：,，、"
_NUMBER_OF = re.compile(r"^[^\s。,，]{2,16}[〔\[［(（【]20\d{2}[〕\]］)）】]\s?第?\d{1,4}号$")
_ISSUER = re.compile(r"^[^\s。,，:：]{4,40}(?:办公室|委员会|局|政府|厅|部|指挥部|文明办|中心)$")


@dataclass
class Head:
    """What the head says; `rest` are the blocks below and around it."""

    title: str = ""
    original_title: str = ""
    time: datetime | None = None
    source: str = ""
    url: str = ""
    writer: str = ""
    document_number: str = ""
    held_at: datetime | None = None
    venue: str = ""
    rest: list[Block] = field(default_factory=list)
    titles: list[Block] = field(default_factory=list)
    used: list[Block] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)

    def doubt(self, name: str, what: str, why: str) -> None:
        self.doubts.append(Doubt(name, what[:200], why))


def read(blocks: list[Block], hints: Hints) -> Head:
    """Find the head in the blocks that are left when the chrome is gone."""
    head = Head()
    blocks = _take_original(head, blocks)
    facts = _take_facts(head, blocks)
    first = facts[0] if facts else None
    _take_title(head, blocks, hints, first, {id(blocks[index]) for index in facts})
    taken = {id(block) for block in (*head.titles, *head.used)}
    head.rest += [block for block in blocks if id(block) not in taken]
    _take_number(head)
    _fill_from_hints(head, hints)
    return head


def _take_original(head: Head, blocks: list[Block]) -> list[Block]:
    rest = []
    for block in blocks:
        match = _ORIGINAL.match(block.text) if len(block.text) < 160 and block.is_words else None
        if match and not head.original_title:
            head.original_title = _unquoted(match["title"])
            head.used.append(block)
        else:
            rest.append(block)
    return rest


def _unquoted(title: str) -> str:
    """Without the 《》 around the whole of it."""
    title = title.strip()
    if title.startswith("《") and title.endswith("》") and "《" not in title[1:-1]:
        return title[1:-1].strip()
    return title


def _take_facts(head: Head, blocks: list[Block]) -> list[int]:
    """Indices of the lines of facts at the top."""
    found: list[int] = []
    for index, block in enumerate(blocks[:LOOKED_AT]):
        if not block.is_words or block.is_title:
            continue
        if _take_held(head, block):
            continue
        line = fact_line(block.text)
        if line is None:
            if _begins_text(block) or (found and index - found[-1] > 3):
                break
            continue
        found.append(index)
        head.used.append(block)
        _use(head, line, block)
    return found


def _begins_text(block: Block) -> bool:
    """A long line, a sentence, or whom a letter addresses: nothing of the head comes after it."""
    text = block.text
    return text.endswith(("。", ";", ":", "；", "：")) or bool(
        len(text) > 60 and CLAUSE.search(text)
    )


def _take_held(head: Head, block: Block) -> bool:
    """«时间:» and «地点:» of a conference; the publication is «发布时间:»."""
    text = block.text
    match = _HELD.match(text) if len(text) < 70 else None
    if match and not SOURCE.search(text):
        found = moments.find(match["value"])
        if found and found.at:
            head.held_at = found.at
            head.used.append(block)
            if not found.has_hour:
                head.doubt("held_at", text, _("Only a day is given, no hour."))
            return True
    match = _VENUE.match(text) if len(text) < 90 else None
    if match and not head.venue:
        head.venue = match["value"].strip()
        head.used.append(block)
        return True
    return False


def _use(head: Head, line: Line, block: Block) -> None:
    if line.relative:
        head.doubt("time", line.relative, _("The page says only how long ago. Fill in the day."))
    if line.time and head.time is None:
        if line.time.at is None:
            head.doubt("time", block.text, _("This day does not exist. Fill in the right one."))
        else:
            head.time = line.time.at
            if not line.time.has_hour:
                head.doubt("time", block.text, _("Only a day is given, no hour."))
    head.source = head.source or line.source
    head.writer = head.writer or line.writer
    head.url = head.url or line.url
    if line.left:
        if not head.source and not line.source:
            head.source = line.left
            head.doubt(
                "source", line.left, _("Stands beside the time; taken as the source. Please check.")
            )
        else:
            head.doubt("source", line.left, _("Stands beside time and source; not used."))


def _take_title(
    head: Head, blocks: list[Block], hints: Hints, first: int | None, facts: set[int]
) -> None:
    top = blocks[:LOOKED_AT] if first is None else blocks[:first]
    taken = {id(block) for block in head.used}
    above = [block for block in top if _may_be_title(block) and id(block) not in taken]
    marked = next((block for block in blocks[:40] if block.is_title), None)
    known = [squeezed(title) for title in (head.original_title, hints.title) if title]
    same = next(
        (b for b in blocks[:LOOKED_AT] if _may_be_title(b) and squeezed(b.text) in known), None
    )
    chosen = same or marked
    if chosen is None and first is not None and above:
        chosen = _above_the_facts(head, above)
    elif chosen is None and blocks:
        chosen = _first_line(blocks, facts)
    if chosen is not None:
        _put_title(head, chosen, above, sure=same is not None or marked is not None)
        _drop_above(head, above, chosen)
        _account(head, above, chosen, first is not None)
    elif hints.title:
        head.title = hints.title
        head.doubt("title", hints.title, _("Taken from the page's own data, not from its text."))
    else:
        head.doubt("title", "", _("No line looks like a title. Write one."))


def _may_be_title(block: Block) -> bool:
    text = block.text
    if not block.is_words or len(text) > LONGEST_TITLE or text.endswith(tuple(_END)):
        return False
    return not _NUMBER_OF.match(squeezed(text))


def _above_the_facts(head: Head, above: list[Block]) -> Block:
    """The last line above time and source; above the account's name, when that stands between."""
    last = above[-1]
    if len(above) > 1 and len(last.text) <= 12 and len(above[-2].text) > len(last.text):
        return above[-2]
    return last


def _first_line(blocks: list[Block], facts: set[int]) -> Block | None:
    """The first line, or the second under the number of a document."""
    for block in blocks[:3]:
        if id(block) in facts or _NUMBER_OF.match(squeezed(block.text)):
            continue
        below = blocks[blocks.index(block) + 1 :][:1]
        if _ISSUER.match(block.text) and below and below[0].text.startswith("关于"):
            return below[0]
        return block if _may_be_title(block) and len(block.text) <= 60 else None
    return None


def _put_title(head: Head, chosen: Block, above: list[Block], *, sure: bool) -> None:
    parts = [chosen]
    at = next((i for i, block in enumerate(above) if block is chosen), -1)
    if at > 0 and chosen.text.startswith("关于") and _ISSUER.match(above[at - 1].text):
        parts.insert(0, above[at - 1])
        head.doubt("title", parts[0].text, _("The title stands in two lines; they were joined."))
    if 0 <= at < len(above) - 1 and above[at + 1].text.startswith("——"):
        parts.append(above[at + 1])
        head.doubt("title", parts[-1].text, _("The title stands in two lines; they were joined."))
    head.titles = parts
    head.title = "".join(part.text for part in parts)
    if not sure and len(head.title) > 60:
        head.doubt("title", head.title, _("Rather long for a title. Please check."))


def _drop_above(head: Head, above: list[Block], chosen: Block) -> None:
    """Short lines above the title belong to the page: the name of the site, a column."""
    for block in above:
        if block is chosen:
            return
        if block in head.titles or _NUMBER_OF.match(squeezed(block.text)):
            continue
        line = block.lines[0] if block.lines else 0
        head.dropped.append(Dropped(line, block.text, _("stands above the title")))
        head.used.append(block)


def _account(head: Head, above: list[Block], chosen: Block, has_facts: bool) -> None:
    """A short line between title and time is the account that posted it."""
    at = next((i for i, block in enumerate(above) if block is chosen), None)
    if at is None or not has_facts:
        return
    between = [block for block in above[at + 1 :] if block not in head.titles]
    if len(between) == 1 and len(between[0].text) <= 20 and not head.writer:
        head.writer = between[0].text
        head.used.append(between[0])
        head.doubt(
            "writer",
            head.writer,
            _("Stands alone above the time; taken as the account it is from."),
        )


def _take_number(head: Head) -> None:
    """The number of a document is noted and stays in the text."""
    for block in head.rest[:4]:
        if block.is_words and _NUMBER_OF.match(squeezed(block.text)):
            head.document_number = squeezed(block.text)
            return


def _fill_from_hints(head: Head, hints: Hints) -> None:
    if head.time is None and hints.time is not None:
        head.time = hints.time
        head.doubt(
            "time",
            f"{hints.time:%Y-%m-%d %H:%M}",
            _("Taken from the page's own data, not its text."),
        )
    head.source = head.source or hints.source
    head.url = head.url or hints.url
    head.writer = head.writer or hints.writer
    if head.time is None and not any(doubt.field == "time" for doubt in head.doubts):
        head.doubt("time", "", _("No time was found. Fill it in, or leave it empty."))


def signed_day(blocks: list[Block]) -> tuple[datetime | None, list[Block]]:
    """The day under a notice, and the blocks of its signature (issuer and day), at the end."""
    tail = [block for block in blocks[-4:] if block.shape is Shape.PARAGRAPH]
    for at, block in enumerate(tail):
        found = moments.find(block.text) if len(block.text) <= 24 else None
        if found and found.at and found.end - found.start >= len(block.text.strip()) - 2:
            signers: list[Block] = []
            for above in reversed(tail[:at]):
                if len(above.text) > 40 or chrome.normal(above.text).endswith(tuple("。;:")):
                    break
                signers.insert(0, above)
            return found.at, [*signers, block]
    return None, []
