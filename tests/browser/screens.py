"""Everybody at a screen: where processes are begun, found among the to-dos, decided, and looked at."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from playwright.sync_api import Locator, Page, expect

from deploy.people import login_of
from tests.browser.hands import fill
from tests.browser.words import words_of

PROCESS_ADDRESS: Final = re.compile(r"/processes/[0-9a-f]{8}-[0-9a-f-]{27}")
OUTLINES: Final = "#main .ant-skeleton, #main .ant-spin-spinning, #main .waiting, #main .anticon-spin"
"""What stands where something is to come, and what turns while what is there already is read again."""
_BETWEEN: Final = "/between"
"""An address that no page has."""
_NOTHING: Final = re.compile("|".join(re.escape(words_of(language, "problems.not_found_title")) for language in ("zh", "en")))
SALES, LEAD, OTHER_LEAD, OTHER_SALES, STRANGER = "zhang.wei", "chen.jing", "zhou.min", "wang.fang", "liu.yang"


def show(page: Page, path: str) -> None:
    """Come to an address and wait until what it shows is there: its heading, and nothing that is still awaited.

    From a page of the console that is as by a link: what is open over that one is left with it. There is always a page between:
    none is taken for the next, and its forms are not. Where the console is not there yet, it is loaded.
    """
    if is_at_work(page):
        clear(page)
        _turn_to(page, path)
        _nothing(page).wait_for(state="detached")
        settled(page)
    else:
        load(page, path)


def load(page: Page, path: str) -> None:
    """The same as by the address bar: the console begins anew, and knows what is kept and nothing else."""
    page.goto(path)
    settled(page)


def settled(page: Page) -> None:
    """Wait until the page has its heading and shows no outline of what is to come.

    What seldom is so at the first look is waited for, not expected: where it is not so yet, an expectation reads itself the whole
    page, which took a tenth of the time of coming to one.
    """
    page.locator("#main h1").first.wait_for()
    page.locator(OUTLINES).first.wait_for(state="detached")


def is_at_work(page: Page) -> bool:
    """Whether the console is there, and nothing stands over all of its pages."""
    return page.locator("#main").count() > 0 and page.locator(".palette").count() == 0


def clear(page: Page) -> None:
    """Leave what is shown for the console's page of nothing, which reads nothing."""
    _turn_to(page, _BETWEEN)
    _nothing(page).wait_for()


def _nothing(page: Page) -> Locator:
    return page.locator("#main .ant-result-title").filter(has_text=_NOTHING).first


def _turn_to(page: Page, path: str) -> None:
    # As the browser's own buttons do: the console follows, and need not be loaded again.
    page.evaluate(
        """(path) => {
        history.pushState({ ...history.state, idx: (history.state?.idx ?? 0) + 1 }, "", path);
        dispatchEvent(new PopStateEvent("popstate", { state: history.state }));
    }""",
        path,
    )


@dataclass
class Screens:
    """One browser a person, begun when first looked at.

    :param begin: signs somebody in.
    """

    begin: Callable[[str], Page]
    pages: dict[str, Page] = field(default_factory=dict)

    def at(self, login: str) -> Page:
        if login not in self.pages:
            self.pages[login] = self.begin(login)
        return self.pages[login]

    @property
    def sales(self) -> Page:
        return self.at(SALES)

    @property
    def lead(self) -> Page:
        return self.at(LEAD)

    def holder(self, role: str) -> Page:
        """The screen of the one who holds a role."""
        return self.at(login_of(role))

    def rest(self) -> None:
        """Leave all pages: what is open reads itself again with every step that anybody takes."""
        for page in self.pages.values():
            if is_at_work(page):
                clear(page)
            else:
                page.goto("about:blank")


def begun(page: Page, process: str) -> Locator:
    """The form of a process that is to be started, once it is there."""
    expect(page.get_by_role("heading", name=process, level=1)).to_be_visible()
    settled(page)
    return page.locator("#main")


def begin_for(page: Page, customer_id: str, process: str, of: str = "") -> Locator:
    """Begin a process on a customer's page.

    :param of: the thing that it is about, where it can be started for several.
    :returns: its form.
    """
    show(page, f"/customers/{customer_id}")
    startable = page.get_by_role("region", name="发起流程")
    if of:
        startable.get_by_role("button", name=process).click()
        page.get_by_role("menuitem", name=of).click()
    else:
        startable.get_by_role("link", name=process, exact=True).click()
    return begun(page, process)


def send(page: Page) -> None:
    """Start the process whose form is filled."""
    page.locator("#main").get_by_role("button", name="发起", exact=True).click()
    expect(page).to_have_url(PROCESS_ADDRESS)
    settled(page)


def open_task(page: Page, about: str) -> Locator:
    """Find a task among one's to-dos and open it.

    :param about: what its title or its customer is called.
    :returns: the panel in which it is decided.
    """
    show(page, f"/processes?box=todo&q={about}")
    page.locator("#main .list-row a").first.click()
    expect(page).to_have_url(PROCESS_ADDRESS)
    settled(page)
    return asked(page)


def asked(page: Page) -> Locator:
    """The panel in which one decides what waits for one."""
    return page.get_by_role("region", name="待您处理")


def approve(page: Page, about: str, opinion: str = "同意。", enter: Callable[[Locator], Any] | None = None) -> None:
    """Find a task among one's to-dos, look at it, enter what is to be entered, agree."""
    panel = open_task(page, about)
    if enter is not None:
        enter(panel)
    decide(page, "同意", opinion)


def decide(page: Page, button: str, opinion: str, to: str = "") -> None:
    """Decide the task that is open.

    :param to: of what a button offers, where it offers several.
    """
    panel = asked(page)
    fill(panel, 意见=opinion)
    panel.get_by_role("button", name=button, exact=not to).click()
    if to:
        pick(page, to)
    expect(page.get_by_role("main").get_by_text(opinion).first).to_be_visible()
    expect(panel).to_have_count(0)


def pick(page: Page, item: str) -> None:
    """Choose of the menu that a button has opened."""
    page.locator(".ant-dropdown:not(.ant-dropdown-hidden)").get_by_role("menuitem", name=item, exact=True).click()


def in_force(page: Page) -> None:
    """The process that is shown is archived, and what it asks for has come about."""
    head = page.locator(".page-head")
    expect(head).to_contain_text("已归档")
    expect(head).to_contain_text("已生效")
