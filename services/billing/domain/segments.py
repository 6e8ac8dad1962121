"""What usage and price tables are cut by: the three operators, or a country for international messages
(spec, billing.md, "Usage" and "Prices"). Pure."""

from typing import Final

INTERNATIONAL: Final = "international_sms"

OPERATORS: Final = frozenset({"CMCC", "CUCC", "CTCC"})

OPERATOR_ALIASES: Final[dict[str, str]] = {
    "移动": "CMCC",
    "中国移动": "CMCC",
    "联通": "CUCC",
    "中国联通": "CUCC",
    "电信": "CTCC",
    "中国电信": "CTCC",
}
"""How operators are called in files that people make."""

_CODES: Final = (
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA "
    "CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA "
    "GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP "
    "KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS "
    "MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS "
    "RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW "
    "TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW "
)

COUNTRIES: Final = frozenset(_CODES[at : at + 2] for at in range(0, len(_CODES), 3))
"""ISO 3166-1 alpha-2."""


def is_known_segment(code: str) -> bool:
    """Whether usage can be of this operator or country."""
    return code in OPERATORS or code in COUNTRIES


def fits_product_type(code: str, product_type: str) -> bool:
    """Whether a price table of this product type may have a row of it: countries for international SMS, else operators."""
    return code in COUNTRIES if product_type == INTERNATIONAL else code in OPERATORS
