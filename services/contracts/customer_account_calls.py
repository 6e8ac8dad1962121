"""The payloads of customer's calls about what processes registered on accounts: signatures, and words that are let through."""

from typing import Final

from marshmallow import fields, validate

from services.contracts.contact_fields import TrimmedText
from services.contracts.customer_parts_calls import OfCustomer
from services.contracts.paging import PageQuery, page_of
from services.kit.schema import Id, Instant, Schema

SIGNATURE_TYPE_NAMES: Final = {"sms": ("短信", "SMS"), "mms": ("彩信", "MMS"), "both": ("短信和彩信", "SMS and MMS")}
"""What a signature is registered for → Chinese and English name."""

SIGNATURE_STATES: Final = ("pending", "registered", "refused", "replaced")


class AccountSignature(OfCustomer):
    """A signature of an account: by which process, with which channel, since when it is what it is (``settled_at``).

    ``pending`` while its process runs; ``refused`` by the channel, with the reason in ``result_note``; ``replaced`` by a later
    registration with the same channel.
    """

    account_id = Id()
    account_identifier = fields.String()
    product_id = Id()
    product_name = fields.String()
    process_id = Id()
    signature = fields.String()
    type = fields.String(validate=validate.OneOf(tuple(SIGNATURE_TYPE_NAMES)))
    sub_number = fields.String()
    industry = fields.String()
    state = fields.String(validate=validate.OneOf(SIGNATURE_STATES))
    channel = fields.String()
    result_note = fields.String()
    settled_at = Instant()


class AccountSignatureQuery(PageQuery):
    """``state`` is ``registered`` unless asked for another, or for ``all``. Sorts: signature, settled_at."""

    state = fields.String(load_default="registered", validate=validate.OneOf((*SIGNATURE_STATES, "all")))


class SignatureQuery(AccountSignatureQuery):
    """``q`` is how the signature begins."""

    text = TrimmedText(load_default="", data_key="q", validate=validate.Length(max=20))
    product_id = Id(load_default=None)
    customer_id = Id(load_default=None)


class ExemptWord(Schema):
    """A sensitive word that messages of an account may hold, since when and by which process."""

    account_id = Id()
    word = fields.String()
    process_id = Id()
    exempt_since = Instant()


AccountSignaturePage = page_of(AccountSignature)
ExemptWordPage = page_of(ExemptWord)
