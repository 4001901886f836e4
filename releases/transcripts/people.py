"""The people of a conference: host and presenters with their posts, from lead and roster."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from releases.transcripts import names
from releases.transcripts.blocks import Block
from releases.transcripts.transcript import HOST, PRESENTER, Doubt, Person

LOOKED_AT = 14  # blocks from the top in which the lead may stand
_SENTENCE = re.compile(r"[^。!?！？;；]+")
_COMMA = re.compile(r"[,，]")
_HOSTS = re.compile(
    r"(?:^|[,，])(?:[^,，]{0,20}?(?:会议|发布会|通气会|活动)?由)?(?P<who>[^,，。]{2,70}?)[,，]?"
    r"主持(?:了)?(?:召开)?(?:今天的|本次|本场|此次|这次|这场|该场|新闻)*(?:发布会|会议|通气会|见面会|活动|$)"
)
_HOST_ME = re.compile(r"我是(?:今天)?(?:的)?(?:发布会)?(?:的)?主持人[,，]?(?P<who>[^,，。]{2,60})")
_PRESENT = re.compile(
    r"(?:先后|分别|共同|一同|现场|到会|将|并|会上|在会上)*"
    r"(?:就|围绕|出席|介绍|通报|发布(?!会)|解读|回答|参加|向(?:大家|媒体|记者)|作(?:了)?|对)"
)
_ATTEND = re.compile(
    r"(?:出席|参加|邀请到|邀请)[^:：]{0,24}?(?:的)?(?:有|是|嘉宾|领导|发布人|人员|他们是|了)[:：,，]?(?P<who>.{4,400})$"
)
_THEY = re.compile(r"^(?:他们|她们|分别|他|她)?(?:分别)?是[:：]?(?P<who>.{4,400})$")
_ROSTER = re.compile(
    r"^(?P<label>主\s?持\s?人|主\s?持|发\s?布\s?人|新闻发布人|发言人|新闻发言人|发布嘉宾|出席嘉宾|嘉\s?宾|出席人员|出席领导|出席|参加人员)"
    r"\s?[:：]\s?(?P<who>.{0,300})$"
)
_CONTEXT = re.compile(r"发布会|通气会|见面会|记者会|吹风会|访谈")
_CALLED = re.compile(
    r"(?P<who>[^\s,，。:：]{3,40}(?:新闻办公室|新闻办|宣传部|文明办|办公室|政府))(?:今天|于今日)?"
    r"(?:在[^,，。]{2,20})?(?:召开|举行|举办)(?:了)?[^,，。]{0,60}?(?:发布会|通气会|吹风会|记者会)"
)
_TIME_WORDS = re.compile(
    r"^(?:今天|昨天|今日|日前|近日|(?:20\d{2}年)?\d{1,2}月\d{1,2}日|上午|下午|晚上|[,，、\s])+"
)
_LEADING = re.compile(
    r"^(?:会上|会议上|发布会上|现场|由|和|与|及|以及|还有|同时|今天|下午|上午|、|他们是|分别是|是|[:：])+"
)


@dataclass
class People:
    host: Person | None = None
    presenters: list[Person] = field(default_factory=list)
    organizer: str = ""
    used: list[Block] = field(default_factory=list)  # lines that are a roster and nothing else
    doubts: list[Doubt] = field(default_factory=list)

    @property
    def all(self) -> list[Person]:
        return ([self.host] if self.host else []) + self.presenters

    def known(self, name: str) -> Person | None:
        return next((person for person in self.all if person.name == name), None)

    def add(self, found: names.Named, role: str) -> None:
        if not found.sure:
            self.doubts.append(
                Doubt(
                    "speakers" if role == PRESENTER else "host",
                    f"{found.post}{found.name}",
                    _("Where the post ends and the name begins was guessed. Please check."),
                )
            )
        person = Person(role, found.name, found.post)
        if role == HOST:
            self.host = self.host or person
        elif all(one.name != found.name for one in self.presenters):
            self.presenters.append(person)


def find(blocks: list[Block], title: str) -> People:
    """Look in the first blocks: roster lines are taken out, a lead sentence stays in the text.

    Nobody is looked for where neither the title nor the beginning speaks of a conference.
    """
    people = People()
    if not any(_CONTEXT.search(text) for text in (title, *(b.text for b in blocks[:LOOKED_AT]))):
        return people
    _read_roster(people, blocks[:40])
    used = {id(block) for block in people.used}
    for block in blocks[:LOOKED_AT]:
        if not block.is_words or id(block) in used or len(block.text) > 1500:
            continue
        if not people.organizer and (called := _CALLED.search(block.text)):
            people.organizer = _TIME_WORDS.sub("", called["who"])[:80]
        _read_sentences(people, block.text)
    return people


def _read_sentences(people: People, text: str) -> None:
    attending = False
    for match in _SENTENCE.finditer(text):
        sentence = match.group().strip()
        if people.host is None:
            _read_host(people, sentence)
        attended = _ATTEND.search(sentence)
        they = _THEY.match(sentence) if attending else None
        attending = attending or bool(re.search(r"出席|介绍.{0,12}(?:嘉宾|领导|发布人)", sentence))
        chosen = attended or they
        if chosen and (found := split_people(chosen["who"])):
            for one in found:
                people.add(one, PRESENTER)
        elif not people.presenters:
            _read_presenters(people, sentence)


def _read_host(people: People, sentence: str) -> None:
    if "主持" not in sentence:
        return
    match = _HOSTS.search(sentence) or _HOST_ME.search(sentence)
    found = names.named(_LEADING.sub("", match["who"].strip())) if match else None
    if found:
        people.add(found, HOST)
    elif match:
        people.doubts.append(
            Doubt("host", sentence[:120], _("Someone hosted, but no name was recognised."))
        )


def _read_presenters(people: People, sentence: str) -> None:
    """«post name, post name, post name speak about …»: clauses up to the one with the verb."""
    found: list[names.Named] = []
    for clause in _COMMA.split(sentence):
        verb = next((m for m in _PRESENT.finditer(clause) if m.start() >= 4), None)
        who = clause[: verb.start()] if verb else clause
        some = split_people(who)
        if not some and not found:
            continue
        if not some or (len(some) == 1 and not some[0].post):
            break
        if any(people.host and one.name == people.host.name for one in some):
            break
        found += some
        if verb:
            for one in found:
                people.add(one, PRESENTER)
            return


def split_people(text: str) -> list[names.Named]:
    """«post name、post name» or with commas; posts of one person may be joined by 、 too."""
    found: list[names.Named] = []
    for part in re.split(r"[,，;；\n]|(?<=先生)[、和]|(?<=女士)[、和]|(?<=同志)[、和]", text):
        pending = ""
        for piece in re.split(r"[、]|(?<=[\u3400-\u9fff])和(?=[\u3400-\u9fff]{4})", part):
            whole = f"{pending}、{piece}" if pending else _LEADING.sub("", piece.strip())
            one = names.named(piece.strip()) if not names.is_name(piece.strip()) else None
            if one is None:
                pending = whole
                continue
            found.append(names.named(whole) or one)
            pending = ""
    return [one for one in found if one.post]


def _read_roster(people: People, blocks: list[Block]) -> None:
    """«主持人:…» and «发布人:…» lines, the names beside the label or in the lines below it."""
    role = ""
    for block in blocks:
        text = block.text.strip()
        match = _ROSTER.match(text) if len(text) <= 330 else None
        if match:
            role = HOST if "持" in match["label"] else PRESENTER
            text = match["who"].strip()
            if not text:
                people.used.append(block)
                continue
        elif not role or len(text) > 80:
            role = ""
            continue
        found = _roster_names(text)
        if not found:
            role = ""
            continue
        for one in found:
            people.add(one, role)
        people.used.append(block)
        if role == HOST:
            role = ""
    _keep_labels_with_names(people)


def _roster_names(text: str) -> list[names.Named]:
    if re.search(r"[。!?！？]|大家好|朋友", text):
        return []
    one = names.named(text)
    if one and not re.search(r"[,，;；]", text):
        return [one]
    return split_people(text)


def _keep_labels_with_names(people: People) -> None:
    """A label under which no name was recognised stays in the text."""
    if not people.all:
        people.used.clear()
