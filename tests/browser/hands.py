"""Hands: what one does at the console's controls, by the words beside them."""

import re
from datetime import date

from playwright.sync_api import FilePayload, Locator, Page, expect


def control(place: Page | Locator, label: str) -> Locator:
    """The control that a label names, whether or not it has the star of what is required."""
    return place.get_by_label(re.compile(rf"^\*? ?{re.escape(label)}")).first


def fill(place: Page | Locator, **fields: str) -> None:
    """Enter texts by label: ``fill(drawer, 客户名称="…", 地区="…")``."""
    for label, text in fields.items():
        control(place, label).fill(text)


def choose(place: Page | Locator, label: str, option: str) -> None:
    """Choose of a list that opens; where one can type, what is typed narrows it."""
    page = place.page if isinstance(place, Locator) else place
    box = control(place, label)
    box.click()
    if box.is_editable():
        box.fill(option)
    open_list = page.locator(".ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option")
    open_list.filter(has_text=option).first.click()


def enter_date(place: Page | Locator, label: str, day: date) -> None:
    box = control(place, label)
    box.fill(day.isoformat())
    box.press("Enter")


def attach(place: Page | Locator, name: str, content: bytes, media_type: str = "application/pdf") -> None:
    """Hand in a file, and wait until it has arrived."""
    file: FilePayload = {"name": name, "mimeType": media_type, "buffer": content}
    place.locator("input[type=file]").first.set_input_files(file)
    expect(place.get_by_text(name).first).to_be_visible()
    expect(place.get_by_role("progressbar")).to_have_count(0)


def submit(drawer: Locator, button: str) -> None:
    """Press a drawer's button; what it held was taken."""
    drawer.get_by_role("button", name=button, exact=True).click()
    expect(drawer).to_be_hidden()
