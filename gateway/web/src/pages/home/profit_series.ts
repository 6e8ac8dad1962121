/** What the profit panel says and draws, of the two months that the API answers. */
import type { Schemas } from "../../api/client";
import { fenOf, ofFen } from "../../format/figures";

type ProfitAndCommission = Schemas["ProfitAndCommission"];
type Day = Schemas["DayOfProfit"];

export type Measure = "profit" | "commission";

/** A figure, and what it is more (or, below zero, less) than the one that it is held against. */
export interface Compared {
  value: string;
  before: string;
  difference: string;
}

export interface Standing {
  /** What the month has brought so far, against last month up to the same day. */
  toDate: Compared;
  /** What its last day has brought, against the same day of last month. */
  lastDay: Compared;
  lastMonthWhole: string;
}

/** The day of the month, 1 to 31. */
export function dayOfMonth(date: string): number {
  return Number(date.slice(8));
}

function compared(value: string, before: string): Compared {
  return { value, before, difference: ofFen((fenOf(value) ?? 0n) - (fenOf(before) ?? 0n)) };
}

/** The same day of last month: of a shorter one its last. */
function sameDayOf(days: Day[], date: string | undefined): Day | undefined {
  const wanted = date === undefined ? undefined : days.find(({ day }) => dayOfMonth(day) === dayOfMonth(date));
  return wanted ?? days.at(-1);
}

export function standingOf({ month, last_month }: ProfitAndCommission, measure: Measure, isOver: boolean): Standing {
  const last = month.days.at(-1);
  // A month that is over is held against the whole one before, however many days either has.
  const before = isOver ? last_month.days.at(-1) : sameDayOf(last_month.days, last?.day);
  return {
    toDate: compared(month[measure], isOver ? last_month[measure] : (before?.[`${measure}_to_date`] ?? "0.00")),
    lastDay: compared(last?.[measure] ?? "0.00", before?.[measure] ?? "0.00"),
    lastMonthWhole: last_month[measure],
  };
}

/** Whether there is nothing to draw at all. */
export function isFlat({ month, last_month }: ProfitAndCommission): boolean {
  return [...month.days, ...last_month.days].every(
    ({ profit, commission }) => fenOf(profit) === 0n && fenOf(commission) === 0n,
  );
}

export interface Curves {
  /** 1 to the last day that either month has. */
  days: number[];
  now: (string | null)[];
  before: (string | null)[];
}

export function curvesOf({ month, last_month }: ProfitAndCommission, measure: Measure, isByDay: boolean): Curves {
  const name = isByDay ? measure : (`${measure}_to_date` as const);
  const length = Math.max(lengthOf(month.month), last_month.days.length);
  const valuesOf = (days: Day[]) => {
    const byDay = new Map(days.map((day) => [dayOfMonth(day.day), day[name]]));
    return Array.from({ length }, (_, index) => byDay.get(index + 1) ?? null);
  };
  return {
    days: Array.from({ length }, (_, index) => index + 1),
    now: valuesOf(month.days),
    before: valuesOf(last_month.days),
  };
}

function lengthOf(month: string): number {
  const [year = 0, number = 1] = month.split("-").map(Number);
  return new Date(Date.UTC(year, number, 0)).getUTCDate();
}

/** The month so many months away: `monthAway("2026-01", -1)` is `2025-12`. */
export function monthAway(month: string, by: number): string {
  const [year = 0, number = 1] = month.split("-").map(Number);
  return new Date(Date.UTC(year, number - 1 + by, 1)).toISOString().slice(0, 7);
}
