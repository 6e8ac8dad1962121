import type { Translate } from "../../../words";

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long something took, in its two largest units. */
export function duration(seconds: number | null, t: Translate): string {
  if (seconds === null) {
    return "–";
  }
  const parts: [number, "office.duration.days" | "office.duration.hours" | "office.duration.minutes"][] = [
    [Math.floor(seconds / DAY), "office.duration.days"],
    [Math.floor((seconds % DAY) / HOUR), "office.duration.hours"],
    [Math.floor((seconds % HOUR) / MINUTE), "office.duration.minutes"],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  if (first < 0) {
    return t("office.duration.under_a_minute");
  }
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => t(unit, { count }))
    .join(" ");
}
