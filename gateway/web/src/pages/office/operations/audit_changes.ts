import type { Schemas } from "../../../api/client";
import { inClauses, listed, type Translate } from "../../../words";

export interface Change {
  name: string;
  /** Undefined where there was nothing before, or nothing is known of it. */
  before: unknown;
  after: unknown;
}

const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Whether nobody reads it: what an id stands for is named beside it. */
export function isOnlyId({ before, after }: Change): boolean {
  return [before, after].every((value) => value === undefined || value === null || ID.test(String(value)));
}

/** What an entry changed, value by value; what stayed is left out. */
export function changesOf({ before, after }: Pick<Schemas["AuditTrailEntry"], "before" | "after">): Change[] {
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  return [...names]
    .map((name) => ({ name, before: before?.[name], after: after?.[name] }))
    .filter((change) => JSON.stringify(change.before) !== JSON.stringify(change.after));
}

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/;

/** A value as one reads it. */
export function shownValue(value: unknown, t: Translate): string {
  if (value === null || value === "") {
    return t("common.none");
  }
  if (typeof value === "boolean") {
    return t(value ? "common.yes" : "common.no");
  }
  if (Array.isArray(value)) {
    return value.length === 0 ? t("common.none") : listed(value.map((each) => shownValue(each, t)));
  }
  if (typeof value === "object") {
    return inClauses(Object.entries(value as object).map(([name, each]) => `${name} ${shownValue(each, t)}`));
  }
  return typeof value === "string" && INSTANT.test(value) ? value.slice(0, 16).replace("T", " ") : String(value);
}
