/** How long something has waited: 3 天, 5 小时. */
import type { Translate } from "../../words";

const HOUR_MS = 3_600_000;

export function waited(t: Translate, since: string, until: number = Date.now()): string {
  const hours = Math.max(0, Math.floor((until - Date.parse(since)) / HOUR_MS));
  if (hours < 1) {
    return t("processes.waited.short");
  }
  return hours < 24
    ? t("processes.waited.hours", { count: hours })
    : t("processes.waited.days", { count: Math.floor(hours / 24) });
}
