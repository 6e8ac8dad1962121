"""A letter as a mail: plain text, and the same as simple HTML (spec, notify.md, "Channels"). Pure."""

from dataclasses import dataclass
from html import escape

from services.notify.domain.letters import Item, Letter, address, heading, listed, parts, rest


@dataclass(frozen=True)
class MailText:
    """What a mail says."""

    subject: str
    text: str
    html: str


def mail_text(letter: Letter, console: str) -> MailText:
    """
    :param console: what every link begins with.
    """
    return MailText(heading(letter), _plain(letter, console), _html(letter, console))


def _plain(letter: Letter, console: str) -> str:
    if letter.is_single:
        item = letter.items[0]
        return "\n\n".join((item.title, item.text, address(console, item.link), f"--\n{_footer(letter)}\n"))
    pieces = [heading(letter)]
    for name, items in parts(letter):
        pieces.append(f"【{name}】" if letter.language == "zh" else name.upper())
        pieces += [f"{item.title}\n{item.text}\n{address(console, item.link)}" for item in items]
    pieces += [line for line in (rest(letter, listed(letter)), f"--\n{_footer(letter)}\n") if line]
    return "\n\n".join(pieces)


def _html(letter: Letter, console: str) -> str:
    if letter.is_single:
        body = _item(letter.items[0], letter, console)
    else:
        body = f"<h2>{escape(heading(letter))}</h2>"
        for name, items in parts(letter):
            body += f"<h3>{escape(name)}</h3>" + "".join(_item(item, letter, console) for item in items)
        if more := rest(letter, listed(letter)):
            body += f"<p>{escape(more)}</p>"
    language = letter.choose("zh-CN", "en")
    return (
        f'<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8"></head><body>{body}'
        f'<hr><p style="color:#888;font-size:small">{escape(_footer(letter))}</p></body></html>'
    )


def _item(item: Item, letter: Letter, console: str) -> str:
    link = f'<a href="{escape(address(console, item.link))}">{letter.choose("查看", "Open")}</a>'
    return f"<p><strong>{escape(item.title)}</strong><br>{escape(item.text)}<br>{link}</p>"


def _footer(letter: Letter) -> str:
    return letter.choose(
        "您在消息设置中选择了以邮件接收，可随时在那里更改。",
        "You chose in your message settings to get these by mail; change it there.",
    )
