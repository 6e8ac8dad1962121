/** Filters that the lists of this area share. */
import type { Schemas } from "../../api/client";
import type { Option } from "../../list/filters";
import type { WordsInUse } from "../../words";
import { PRODUCT_TYPES } from "../customers/codes";

export const BILL_STATES: Schemas["Bill"]["state"][] = ["open", "reconciling", "reconciled", "closed", "void"];
export const BILLED_TYPES: Schemas["Bill"]["product_type"][] = [...PRODUCT_TYPES, "ecommerce"];
export const REFUSAL_REASONS: Schemas["BillRefusal"]["reason"][] = [
  "no_price",
  "price_table_invalid",
  "no_usage",
  "account_unknown",
  "product_missing",
];
export const INVOICE_KINDS: Schemas["Invoice"]["kind"][] = ["normal", "advance", "red"];
export const INVOICE_STATES: Schemas["Invoice"]["state"][] = ["requested", "issued", "released", "reversed"];
export const USAGE_WAYS: Schemas["UsageReport"]["way"][] = ["event", "http", "file"];
export const IMPORT_STATES: Schemas["UsageImport"]["state"][] = ["queued", "counted", "refused"];

export function optionsOf(
  group: Parameters<WordsInUse["term"]>[0],
  codes: string[],
  term: WordsInUse["term"],
): Option[] {
  return codes.map((code) => ({ value: code, label: term(group, code) }));
}
