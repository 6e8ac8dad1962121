"""What a signature may be, and which registrations are of the same messages."""

import pytest

from services.customer.domain.signatures import SHARING, bare_signature, fault_of_signature


@pytest.mark.parametrize(
    ("entered", "signature"),
    [
        ("云帆科技", "云帆科技"),
        (" 【云帆科技】 ", "云帆科技"),
        ("[Yunfan]", "Yunfan"),
        ("【 云帆 】", "云帆"),
        ("【云帆", "【云帆"),
        ("【】", ""),
    ],
)
def test_a_signature_is_the_same_with_its_brackets_and_without(entered: str, signature: str) -> None:
    assert bare_signature(entered) == signature


@pytest.mark.parametrize(
    ("signature", "fault"),
    [
        ("云帆科技", None),
        ("Yunfan 2000", None),
        ("云" * 20, None),
        ("云" * 21, "length|2|20"),
        ("云", "length|2|20"),
        ("", "length|2|20"),
        ("【云帆", "signature_characters"),
        ("云帆!", "signature_characters"),
        ("云帆\n科技", "signature_characters"),
        ("10690000", "signature_of_digits"),
    ],
)
def test_what_operators_do_not_take_is_named(signature: str, fault: str | None) -> None:
    assert fault_of_signature(signature) == fault


def test_registrations_share_messages_as_their_types_do() -> None:
    for one, others in SHARING.items():
        assert one in others
        assert all(one in SHARING[other] for other in others), "sharing is mutual"
    assert "mms" not in SHARING["sms"]
