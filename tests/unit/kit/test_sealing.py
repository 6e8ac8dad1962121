"""What is sealed: opened by any key, sealed by the first, and by nobody without."""

import stat
from pathlib import Path

from cryptography.fernet import Fernet

from deploy.embedded_settings import SEALING_KEYS, embedded_settings
from services.kit.sealing import Seals, make_key_file

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
SECRET = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6"


def test_what_is_sealed_tells_nothing_and_is_opened_again() -> None:
    seals = Seals([NEW])
    kept = seals.seal(SECRET)
    assert "qyapi" not in kept
    assert "693a91f6" not in kept
    assert kept != seals.seal(SECRET), "who has the same address is not seen"
    assert seals.open(kept) == SECRET


def test_a_changed_key_opens_what_the_one_before_sealed_and_seals_anew() -> None:
    kept = Seals([OLD]).seal(SECRET)
    both = Seals([NEW, OLD])
    assert both.open(kept) == SECRET
    assert not both.is_current(kept)
    again = both.seal(SECRET)
    assert both.is_current(again)
    assert Seals([NEW]).open(again) == SECRET


def test_without_its_key_nothing_is_opened() -> None:
    kept = Seals([OLD]).seal(SECRET)
    for other in (Seals([NEW]), Seals(())):
        assert other.open(kept) is None
        assert not other.is_current(kept)
    assert Seals([OLD]).open(kept[:-4] + "AAA=") is None, "what was changed is not what was sealed"


def test_what_stood_plain_before_there_were_keys_is_read_and_is_not_as_it_should_be() -> None:
    for seals in (Seals(()), Seals([NEW])):
        assert seals.open(SECRET) == SECRET
        assert not seals.is_current(SECRET)


def test_the_embedded_system_makes_itself_a_key_that_others_cannot_read_and_keeps_it(tmp_path: Path) -> None:
    path = tmp_path / SEALING_KEYS
    make_key_file(path)
    made = path.read_text()
    make_key_file(path)
    assert path.read_text() == made
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    url = "postgresql+psycopg:///{service}"
    settings = embedded_settings(tmp_path, url, allow_as_of=False, environment={})
    assert settings.sealing_keys == (made.strip(),)
    given = embedded_settings(tmp_path, url, allow_as_of=False, environment={"L2C_SEALING_KEYS": NEW})
    assert given.sealing_keys == (NEW,)
