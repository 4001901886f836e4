"""Labels: how a transcript marks who asks, who answers and who hosts."""

from __future__ import annotations

import re
from dataclasses import dataclass

from releases.transcripts import names
from releases.transcripts.blocks import Block
from releases.transcripts.people import People

MAX_LABEL = 60
_LABEL = re.compile(r"^(?P<label>[^:：。?!？！;；“”\"]{1,60}?)\s?[:：]\s?")
_SQUARE = re.compile(r"^[\[【(（](?P<label>[^\[\]【】()（）。?!？！]{1,40})[\]】)）]\s?[:：]?\s?")
_NUMBER = (
    r"(?:(?:问题|提问|第)?\s?(?:[一二三四五六七八九十]{1,3}|\d{1,2})(?:个问题)?\s?[、..:：)）]"
    r"|[(（](?:[一二三四五六七八九十]{1,3}|\d{1,2})[)）]|Q\d{1,2}\s?[:：.、]?)"
)
_NUMBERED = re.compile(rf"^(?P<number>{_NUMBER})\s?")
_ASKED = re.compile(
    r"^(?:记者)?(?:提问|问题?|Q|追问|问)\s?(?:\d{1,2}|[一二三四五六七八九十]{1,3})?$", re.IGNORECASE
)
_ANSWERED = re.compile(r"^(?:答复?|回答|回复|解答|A\d{0,2}|Answer)$", re.IGNORECASE)
_JOURNALIST = re.compile(
    r"^(?P<outlet>[^,，]{0,40}?)\s?(?:的)?记者(?:朋友)?\s?(?P<reporter>[^\s]{0,16}?)\s?(?:提问|问|追问)?$"
)
_NOT_REPORTERS = re.compile(
    r"从|在|了解|获悉|看到|采访|发现|注意|报道|说|介绍|感到|走进|来到|会|答|如下"
)
_ENGLISH_JOURNALIST = re.compile(
    r"^(?P<outlet>[A-Z][\w .&'’-]{1,40}?)\s(?:reporter|correspondent|journalist)\s?"
    r"(?P<reporter>[\w .'-]{0,30})$"
)
_HOST = re.compile(r"^(?:主\s?持\s?人|主持)\s?(?P<name>.{0,40})$")
_LATIN_OUTLET = re.compile(r"^[A-Z][A-Za-z .&'’-]{2,40}$")
_OUTLET = re.compile(
    r"(?:日报|晚报|早报|时报|商报|都市报|报社|报|网|社|台|电视|广播|传媒|集团|融媒体|融媒|中心|新闻|杂志|在线|客户端)$"
)
_ASKS = re.compile(r"[?？]\s?(?:谢谢[。!！]?)?[”\")）]?$|谢谢[。!！]?$")
_WANTS = re.compile(
    r"请问|请(?:您|您们|主任|局长)?(?:再|能)?(?:介绍|谈谈|说明|解读|谈一谈)|能否|能不能"
)
_BYLINE = re.compile(r"^[^。!?！？,，]{1,16}$")
_VERBS = re.compile(r"(?:提出|强调|指出|表示|说|要求|如下|包括|介绍|认为|其中|是)$")


def asks(text: str) -> bool:
    """Whether the text ends as a question does, or asks politely without a question mark."""
    return bool(_ASKS.search(text[-12:])) or bool(
        len(text) <= 300 and text.endswith(("。", "!", "！")) and _WANTS.search(text[-80:])
    )


@dataclass
class Turn:
    """A label that was recognised: who speaks, and in which part."""

    part: str  # question, answer or host
    label: str
    name: str = ""
    post: str = ""
    outlet: str = ""
    length: int = 0  # of the label in the block
    sure: bool = True


class Labels:
    """The labels of one text. Some are taken for labels only once a dialogue is under way."""

    def __init__(self, blocks: list[Block], people: People) -> None:
        self.blocks = blocks
        self.people = people
        self.in_dialogue = False
        self.numbered = _numbered_questions(blocks)
        self.has_answers = _has_answer_labels(blocks, people)

    def turn(self, index: int, block: Block) -> Turn | None:
        if not block.is_words or not block.text:
            return None
        text = block.text
        number = _NUMBERED.match(text)
        skip = number.end() if number else 0
        turn = self._labelled(text[skip:], index) if skip < len(text) else None
        if turn is not None:
            turn.length += skip
            turn.label = text[: turn.length]
            return turn
        if index in self.numbered:
            asked = Turn("question", text[:skip], length=skip)
            return asked if self.has_answers or len(self.numbered) > 1 else None
        return None

    def _labelled(self, text: str, index: int) -> Turn | None:
        match = _SQUARE.match(text[: MAX_LABEL + 10])
        if match and (turn := self._of_label(match["label"].strip(), text[match.end() :], index)):
            rest = _LABEL.match(text[match.end() : match.end() + MAX_LABEL])
            turn.length = match.end()
            if rest and (_ASKED.match(rest["label"]) or _ANSWERED.match(rest["label"])):
                turn.length += rest.end()
            return turn
        match = _LABEL.match(text[: MAX_LABEL + 10])
        if match is None:
            return None
        turn = self._of_label(match["label"].strip(), text[match.end() :], index)
        if turn is not None:
            turn.length = match.end()
        return turn

    def _of_label(self, label: str, after: str, index: int) -> Turn | None:
        if _ASKED.match(label):
            return Turn("question", label) if self._is_asked(label, after, index) else None
        if _ANSWERED.match(label):
            return Turn("answer", label)
        host = _HOST.match(label)
        if host and (not host["name"] or names.named(host["name"])):
            return Turn("host", label, name=names.bare(host["name"]))
        if journalist := self._journalist(label, after):
            return journalist
        return self._person(label) or self._bare_outlet(label, after, index)

    def _journalist(self, label: str, after: str) -> Turn | None:
        match = _JOURNALIST.match(label) or _ENGLISH_JOURNALIST.match(label)
        if match is None:
            return None
        reporter = match["reporter"].strip("()（）")
        if _NOT_REPORTERS.search(reporter) or len(reporter) > 30 or self._is_byline(label, after):
            return None
        outlet = match["outlet"].strip("《》 、")
        return Turn("question", label, name=reporter, outlet=outlet)

    def _is_asked(self, label: str, after: str, index: int) -> bool:
        """«问题:» may also name a shortcoming: then nobody answers."""
        if self._is_byline(label, after):
            return False
        is_plain = not label.startswith(("问题", "提问"))
        return is_plain or self.has_answers or asks(after) or (not after and self._next_asks(index))

    @staticmethod
    def _is_byline(label: str, after: str) -> bool:
        """«记者:示例甲» names the writer."""
        return bool(label.endswith("记者") and after and _BYLINE.match(after) and not asks(after))

    def _person(self, label: str) -> Turn | None:
        person = self.people.known(names.bare(label))
        named = names.named(label)
        if person is None and named is not None:
            person = self.people.known(named.name)
        if person is not None:
            part = "host" if person is self.people.host else "answer"
            post = named.post if named and named.post else person.post
            return Turn(part, label, name=person.name, post=post)
        if named is None or _VERBS.search(label) or re.search(r"[,，]", label):
            return None
        if named.post and named.sure and self.in_dialogue:
            return Turn("answer", label, name=named.name, post=named.post)
        return None

    def _bare_outlet(self, label: str, after: str, index: int) -> Turn | None:
        """«新华社:…?» without «记者», once it is clear that questions are being asked."""
        is_asked = asks(after) or (not after and self._next_asks(index))
        if not is_asked or not (_OUTLET.search(label) or _LATIN_OUTLET.match(label)):
            return None
        if not (self.in_dialogue or self.has_answers):
            return None
        return Turn("question", label, outlet=label, sure=bool(_OUTLET.search(label)))

    def _next_asks(self, index: int) -> bool:
        return any(asks(b.text) for b in self.blocks[index + 1 : index + 2])


def _numbered_questions(blocks: list[Block]) -> set[int]:
    """Indices of the blocks «1.…?», «一、…?», «问题1:…?»."""
    return {
        index
        for index, block in enumerate(blocks)
        if block.is_words
        and len(block.text) <= 400
        and _NUMBERED.match(block.text)
        and asks(block.text)
    }


def _has_answer_labels(blocks: list[Block], people: People) -> bool:
    """Whether «答:» or a known presenter's name begins some block."""
    for block in blocks:
        match = _LABEL.match(block.text[: MAX_LABEL + 10]) if block.is_words else None
        if match is None:
            continue
        label = match["label"].strip()
        if _ANSWERED.match(label):
            return True
        named = names.named(label)
        if named and (person := people.known(named.name)) and person in people.presenters:
            return True
    return False
