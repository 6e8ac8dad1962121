"""What the menu does not lead to is for everybody, too: records in every state, what opens over a page, every start form, and
what is seen where something is wrong or nothing is there yet (spec, gateway.md, "Console")."""

import pytest

from tests.browser.conftest import SCREENS, SignIn
from tests.browser.looker import Looker
from tests.browser.looks import LOOKS, Look, faults
from tests.browser.places import AXE
from tests.browser.records import EXPECTED, scenes
from tests.browser.watch import Watch, leave

_ARE_ALL_WANTED = SCREENS is not None
"""Whoever wants pictures wants each scene in both looks; else every second scene is seen in the other look."""


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.language)
def test_every_scene_is_without_barriers_in_words_and_fits_a_phone(
    sign_in: SignIn, system_url: str, watch: Watch, look: Look
) -> None:
    for pattern in EXPECTED:
        watch.expect(pattern)
    mine = [scene for at, scene in enumerate(scenes()) if _ARE_ALL_WANTED or LOOKS[at % len(LOOKS)] == look]
    wrong: list[str] = []
    for login in dict.fromkeys(scene.login for scene in mine):
        page = sign_in(login, locale=look.locale, color_scheme=look.colours)
        page.context.add_init_script(path=AXE)
        looker = Looker(page, look.language, system_url)
        for scene in mine:
            if scene.login == login:
                scene.get_there(looker)
                name = f"scene-{scene.name}-{look.language}"
                wrong += [f"{scene.name} {fault}" for fault in faults(page, name)]
        leave(page.context)
    assert not wrong, "\n".join(wrong)
