import type { WordsInUse } from "../../words";

const OPERATORS = new Set(["CMCC", "CUCC", "CTCC"]);

/** What an operator (`CMCC`) or a country (`SG`) is called; countries as the browser knows them. */
export function segmentName(code: string, { term, language }: Pick<WordsInUse, "term" | "language">): string {
  if (OPERATORS.has(code)) {
    return term("operator", code);
  }
  return new Intl.DisplayNames([language === "en" ? "en" : "zh-CN"], { type: "region" }).of(code) ?? code;
}
