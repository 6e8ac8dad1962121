/** What was begun to be written about a customer and not saved: kept in this browser, so that a reload loses nothing. */
import dayjs from "dayjs";
import type { LogValues } from "./log_fields";

const keptAs = (customerId: string) => `l2c.log.${customerId}`;

export function draftOf(customerId: string): Partial<LogValues> {
  const kept = localStorage.getItem(keptAs(customerId));
  if (kept === null) {
    return {};
  }
  const values = JSON.parse(kept) as Record<string, string | null>;
  return {
    ...(values as Partial<LogValues>),
    at: values.at ? dayjs(values.at) : null,
    follow_up_on: values.follow_up_on ? dayjs(values.follow_up_on) : null,
  };
}

export function keepDraft(customerId: string, values: LogValues): void {
  if (values.content?.trim() || values.next_step?.trim()) {
    localStorage.setItem(keptAs(customerId), JSON.stringify(values));
  } else {
    localStorage.removeItem(keptAs(customerId));
  }
}

export function forgetDraft(customerId: string): void {
  localStorage.removeItem(keptAs(customerId));
}
