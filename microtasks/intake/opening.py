"""Uploads opened: loose files and the members of archives in one list, each with what it is or why it is refused."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from microtasks.errors import InvalidInput
from microtasks.intake import archives, kinds, names
from microtasks.intake.kinds import Kind
from microtasks.intake.limits import Limits
from microtasks.intake.members import Loose, Member, Refused


@dataclass(frozen=True, slots=True)
class Item:
    """A file of an upload that has a reader."""

    member: Member
    kind: Kind


def items(
    uploads: Iterable[tuple[Path, str]], limits: Limits, stack: ExitStack
) -> list[Item | Refused]:
    """Return every file in the order in which it came; archives stay open as long as the stack.

    Files of several archives bear their archive's name in front, so that equal names stay apart.
    """
    loose = [
        _sorted(Loose(path, names.shown(name.replace("\\", "/"))))
        for path, name in uploads
    ]
    several = sum(1 for each in loose if _is_archive(each)) > 1
    found: list[Item | Refused] = []
    for each in loose:
        if (
            isinstance(each, Item)
            and isinstance(each.member, Loose)
            and _is_archive(each)
        ):
            prefix = f"{each.member.name}/" if several else ""
            found += _unpacked(each.member, prefix, limits, stack)
        else:
            found.append(each)
    return found


def _unpacked(
    loose: Loose, prefix: str, limits: Limits, stack: ExitStack
) -> list[Item | Refused]:
    file = stack.enter_context(loose.path.open("rb"))
    try:
        members = archives.members(file, limits, prefix)
    except InvalidInput as refusal:
        return [Refused(loose.name, str(refusal))]
    if not members:
        return [Refused(loose.name, "the archive holds no files: pack it again")]

    found = [each if isinstance(each, Refused) else _sorted(each) for each in members]
    return [
        Refused(each.member.name, "an archive inside an archive: upload it by itself")
        if isinstance(each, Item) and _is_archive(each)
        else each
        for each in found
    ]


def _sorted(member: Member) -> Item | Refused:
    try:
        kind = kinds.by_name(member.name) or kinds.by_content(member.head(kinds.HEAD))
    except InvalidInput as refusal:
        return Refused(member.name, str(refusal))
    return Item(member, kind)


def _is_archive(each: Item | Refused) -> bool:
    return isinstance(each, Item) and each.kind == Kind.ARCHIVE
