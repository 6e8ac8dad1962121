/** What a price table is cut by: the three operators, or a country for international messages. */

export const OPERATORS = ["CMCC", "CUCC", "CTCC"] as const;

const OPERATOR_NAMES: Readonly<Record<string, string>> = {
  移动: "CMCC",
  中国移动: "CMCC",
  联通: "CUCC",
  中国联通: "CUCC",
  电信: "CTCC",
  中国电信: "CTCC",
};

/** ISO 3166-1 alpha-2. */
export const COUNTRIES = (
  "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA " +
  "CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA " +
  "GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP " +
  "KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS " +
  "MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS " +
  "RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW " +
  "TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW"
).split(" ");

type Language = "zh" | "en";

const names: Record<Language, Intl.DisplayNames> = {
  zh: new Intl.DisplayNames("zh-CN", { type: "region" }),
  en: new Intl.DisplayNames("en", { type: "region" }),
};

export function countryName(code: string, language: Language): string {
  return COUNTRIES.includes(code) ? (names[language].of(code) ?? code) : code;
}

/** The code of what a spreadsheet calls a country or an operator: by code, or by name in either language. */
export function segmentCalled(text: string): string | undefined {
  const wanted = text.trim();
  const code = wanted.toUpperCase();
  if (COUNTRIES.includes(code) || (OPERATORS as readonly string[]).includes(code)) {
    return code;
  }
  const lower = wanted.toLowerCase();
  return (
    OPERATOR_NAMES[wanted] ??
    COUNTRIES.find((each) => names.zh.of(each) === wanted || names.en.of(each)?.toLowerCase() === lower)
  );
}
