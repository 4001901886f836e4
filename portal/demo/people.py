"""The demo's accounts: one for each role, one throw-away password for all of them."""

from __future__ import annotations

import os
import secrets
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password

from civic.accounts import User
from civic.roles import BY_NAME
from civic.units import Unit


@dataclass(frozen=True)
class Account:
    """A person who signs in: role, unit, post, and what a visitor may try as this person."""

    username: str
    name: str
    role: str
    unit: str
    post: str
    tries: str


ACCOUNTS = (
    Account("editor", "示例甲", "editor", "wmb", "宣传科科员",
            "导入发布会实录，写稿，配图，送审；退回的稿件在这里改"),
    Account("reviewer1", "示例乙", "reviewer_1", "wmb", "宣传科科长",
            "初审：看改动，通过或退回"),
    Account("reviewer2", "示例丙", "reviewer_2", "wmb", "综合科科长",
            "复审：接在初审之后，同一篇不能审两道"),
    Account("reviewer3", "示例丁", "reviewer_3", "wmb", "副主任",
            "终审：通过后发布，可以定时；也可以撤回、置顶"),
    Account("chief", "示例戊", "office_chief", "wmb", "主任",
            "紧急发布须写理由；有一篇今天要补审（请用终审账号）"),
    Account("staff", "示例己", "office_staff", "wmb", "综合科科员",
            "栏目、专题、单位和地区的表格导入导出，节假日"),
    Account("liaison", "示例城", "unit_liaison", "csgl", "办公室联络员",
            "城市管理局：只看得到本单位的稿件和联系人"),
    Account("liaison2", "示例荷", "unit_liaison", "hetang", "社区联络员",
            "荷塘社区：看不到城市管理局的草稿，可以对照着试"),
    Account("inspector", "示例测", "inspector", "ceping", "测评员",
            "测评功能以后上线；现在登录后没有可办的事"),
    Account("volunteers", "示例团", "volunteer_manager", "tuanwei", "志愿服务组织管理员",
            "志愿服务功能以后上线；现在登录后没有可办的事"),
    Account("sysadmin", "示例系", "system_admin", "wmb", "系统管理员",
            "网站设置、单位、地区、节假日；不能看稿件"),
    Account("security", "示例安", "security_admin", "wmb", "安全管理员",
            "开账号、给角色、停用账号；不能看日志"),
    Account("auditor", "示例审", "audit_admin", "wmb", "审计管理员",
            "审计日志：谁在什么时候做了什么，可以导出"),
)  # fmt: skip

_LETTERS, _DIGITS = "abcdefghjkmnpqrstuvwxyz", "23456789"  # none that look alike


def new_password() -> str:
    """Letters of both cases, digits and a sign, such as "Kfwmh-73924-tqzbr"."""
    letters = "".join(secrets.choice(_LETTERS) for _ in range(10))
    digits = "".join(secrets.choice(_DIGITS) for _ in range(5))
    return f"{letters[:5].capitalize()}-{digits}-{letters[5:]}"


def make_people(units: dict[str, Unit], password: str) -> dict[str, User]:
    """{user name: user}. They keep the password they are given."""
    made = {}
    for account in ACCOUNTS:
        person = User(
            username=account.username,
            name=account.name,
            post=account.post,
            unit=units[account.unit],
            is_staff=True,
        )
        validate_password(password, person)
        person.set_password(password)
        person.save()
        person.groups.add(Group.objects.get(name=account.role))
        made[account.username] = person
    return made


def table(password: str) -> str:
    """Role, user name and what to try, as text; the one password stands above."""
    rows = [("角色", "用户名", "姓名", "可以试试")]
    rows += [(str(BY_NAME[one.role].label), one.username, one.name, one.tries) for one in ACCOUNTS]
    widths = [max(_width(row[at]) for row in rows) for at in range(3)]
    lines = [
        "  ".join([*(_padded(cell, wide) for cell, wide in zip(row, widths, strict=False)), row[3]])
        for row in rows
    ]
    return "\n".join(
        ["", "示例市文明网 演示账号", f"所有账号的密码都是：{password}", "", *lines, "",
         "仅供本机演示。对外使用之前，请停用这些账号。", ""]
    )  # fmt: skip


def write_table(password: str, path: Path) -> None:
    """For the owner of the machine only; there is never a moment when others can read it."""
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(table(password))


def _width(text: str) -> int:
    """Columns on a terminal: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))
