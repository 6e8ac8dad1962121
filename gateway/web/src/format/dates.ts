/** Dates and instants as people of the business read them: in Shanghai, whatever the browser's own zone. */
import dayjs from "dayjs";
import timezone from "dayjs/plugin/timezone";
import utc from "dayjs/plugin/utc";
import "dayjs/locale/zh-cn";

const ZONE = "Asia/Shanghai";

// What date pickers take for today.
dayjs.extend(utc);
dayjs.extend(timezone);
dayjs.tz.setDefault(ZONE);

let language = "zh";

/** @param code `zh` or `en`: of what is shown from now on. */
export function setDateLanguage(code: string): void {
  language = code;
  dayjs.locale(code === "en" ? "en" : "zh-cn");
}

const partsOf = new Intl.DateTimeFormat("en-CA", {
  timeZone: ZONE,
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});

function shanghai(instant: string | Date): Record<string, string> {
  return Object.fromEntries(partsOf.formatToParts(new Date(instant)).map(({ type, value }) => [type, value]));
}

/** `2026-04-01`: the day that an instant falls on. */
export function dayOf(instant: string | Date): string {
  const { year, month, day } = shanghai(instant);
  return `${year}-${month}-${day}`;
}

/** `2026-04-01 09:29`. */
export function minuteOf(instant: string | Date): string {
  const { hour, minute } = shanghai(instant);
  return `${dayOf(instant)} ${hour}:${minute}`;
}

export function today(): string {
  return dayOf(new Date());
}

/** `2026-04`. */
export function thisMonth(): string {
  return today().slice(0, 7);
}

/** How many days lie between two dates; negative if the second is earlier. */
export function daysBetween(first: string, second: string): number {
  return Math.round((Date.parse(`${second}T00:00:00Z`) - Date.parse(`${first}T00:00:00Z`)) / 86_400_000);
}

/** A date as one says it near today: 今天, 明天, 3 天后, 2 天前; farther away the date. */
export function nearDay(date: string): string {
  const days = daysBetween(today(), date);
  if (Math.abs(days) > 14) {
    return date;
  }
  return new Intl.RelativeTimeFormat(language === "en" ? "en" : "zh-CN", { numeric: "auto" }).format(days, "day");
}

/** An instant as one says it: a few minutes or hours ago; before yesterday the minute. */
export function ago(instant: string): string {
  const seconds = (Date.now() - Date.parse(instant)) / 1000;
  const relative = new Intl.RelativeTimeFormat(language === "en" ? "en" : "zh-CN", { numeric: "auto" });
  if (seconds < 60) {
    return relative.format(0, "minute");
  }
  if (seconds < 3600) {
    return relative.format(-Math.floor(seconds / 60), "minute");
  }
  return seconds < 86_400 ? relative.format(-Math.floor(seconds / 3600), "hour") : minuteOf(instant);
}
