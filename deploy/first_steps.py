"""What a first look needs: people, demo data, the story, and where to go."""

import time
from pathlib import Path

from deploy.demo import make as demo
from deploy.people import DEMO_PASSWORD, DEPARTMENTS, PEOPLE
from deploy.story.play import play, was_played
from deploy.story.usage import SOURCE
from gateway.identity.usecases.seed_people import DepartmentSeed, UserSeed, seed_people
from services.contracts.gateway import EVENTS
from services.contracts.people import ROLES
from services.kit.caller import CallContext, Caller
from services.kit.database import database_of
from services.kit.settings import Settings
from services.kit.unit_of_work import Begin


class FirstSteps:
    """Done in the embedded process once its gateway answers.

    :param demo: whether to make demo data.
    :param story: whether to play the story.
    :param folder: where the story's documents are put.
    """

    def __init__(self, folder: Path, *, demo: bool, story: bool) -> None:
        self._folder = folder
        self._demo = demo
        self._story = story

    def __call__(self, settings: Settings) -> None:
        base_url = settings.gateway_url
        if self._story:
            play_story(settings, base_url, self._folder)
        if self._demo:
            make_demo(settings, base_url)
        say("")
        say(f"系统已就绪：{base_url}   接口文档：{base_url}/docs")
        if self._demo or self._story:
            _introduce_people()


def add_people(settings: Settings) -> None:
    """Add the sales force of the demo, unless it is there."""
    begin = Begin("gateway", database_of("gateway", settings), EVENTS, CallContext(Caller.system("demo")))
    seed_people(
        begin,
        [DepartmentSeed(department.name, department.parent or "", department.lead or "") for department in DEPARTMENTS],
        [
            UserSeed(
                person.login,
                person.name,
                person.department,
                person.roles,
                DEMO_PASSWORD,
                must_change_password=False,
                email=person.email,
            )
            for person in PEOPLE
        ],
    )


def play_story(settings: Settings, base_url: str, folder: Path) -> None:
    """Play the main job, unless it was played on this system.

    :raises deploy.story.checks.StoryFailed: if a result is wrong.
    """
    add_people(settings)
    if was_played(base_url):
        say("主线故事的客户已在，不再重演。")
        return
    say("主线故事：从客户建档到提成，由真实用户经网关逐步完成")
    began = time.monotonic()
    play(base_url, settings.amqp_url_of(SOURCE), folder, say)
    say(f"主线故事完成，{time.monotonic() - began:.1f} 秒，每一步的结果均已核对。")


def make_demo(settings: Settings, base_url: str) -> None:
    """Make demo data, unless it is there.

    :raises deploy.demo.make.DemoFailed: if it cannot be made.
    """
    add_people(settings)
    progress = demo.progress(base_url)
    if progress != "none":
        say(
            "演示数据已在。"
            if progress == "made"
            else "演示数据上次没有做完，已有的保留；要重做，请停止后删除数据目录（var/）再启动。"
        )
        return
    began = time.monotonic()
    demo.make(base_url, say)
    say(f"演示数据完成，{time.monotonic() - began:.1f} 秒。")


def _introduce_people() -> None:
    say(f"登录名如下，密码均为 {DEMO_PASSWORD}：")
    for person in PEOPLE:
        roles = "、".join(ROLES[role][0] for role in person.roles)
        say(f"  {person.login:<16}{person.name}  {person.department} · {roles}")


def say(line: str) -> None:
    """One line for whoever watches."""
    print(line, flush=True)
