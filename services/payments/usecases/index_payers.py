"""Write what new payers are found by: pinyin takes longer than recording their receipts, which need not wait for it."""

from typing import Final

from services.kit.blocking import run_blocking
from services.kit.unit_of_work import Begin
from services.payments.domain.payer_terms import PayerTerms
from services.payments.store.payers import lock_payers_to_come, write_payer_terms

_AT_ONCE: Final = 500


def index_payers(begin: Begin) -> int:
    """
    :returns: how many payers were written.
    """
    written = 0
    while True:
        with begin() as work:
            payers = lock_payers_to_come(work.session, _AT_ONCE)
            if payers:
                write_payer_terms(work.session, run_blocking(_terms_of, payers))
        written += len(payers)
        if len(payers) < _AT_ONCE:
            return written


def _terms_of(payers: list[str]) -> dict[str, PayerTerms]:
    return {payer: PayerTerms.of(payer) for payer in payers}
