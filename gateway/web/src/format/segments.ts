import type { WordsInUse } from "../words";

const OPERATORS = new Set(["CMCC", "CUCC", "CTCC"]);
const COUNTRY = /^[A-Z]{2}$/;

/** What usage and prices are cut by is called: an operator (`CMCC`), or a country (`SG`) as the browser knows it. */
export function segmentName(code: string, { term, language }: Pick<WordsInUse, "term" | "language">): string {
  if (OPERATORS.has(code)) {
    return term("operator", code);
  }
  if (!COUNTRY.test(code)) {
    return code;
  }
  return new Intl.DisplayNames([language === "en" ? "en" : "zh-CN"], { type: "region" }).of(code) ?? code;
}
