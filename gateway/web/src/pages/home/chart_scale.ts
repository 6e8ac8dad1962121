/** From amounts to where they stand in a picture. Here alone amounts become binary numbers: to be drawn, not kept. */

export interface Scale {
  /** Round amounts, the lowest first, with 0 among them. */
  ticks: number[];
  /** The height at which an amount stands, from the top. */
  yOf: (amount: number) => number;
}

const STEPS = [1, 2, 2.5, 5, 10];
const TICKS = 4;

/** @param top, bottom where the highest and the lowest tick stand. */
export function scaleOf(amounts: number[], top: number, bottom: number): Scale {
  const highest = Math.max(0, ...amounts);
  const lowest = Math.min(0, ...amounts);
  const step = roundStep((highest - lowest) / TICKS || 1);
  const first = Math.floor(lowest / step);
  const last = Math.max(Math.ceil(highest / step), first + 1);
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
  const perUnit = (bottom - top) / ((last - first) * step);
  return { ticks, yOf: (amount) => bottom - (amount - first * step) * perUnit };
}

/** The smallest of 1, 2, 2.5, 5 times a power of ten that is no smaller. */
function roundStep(wanted: number): number {
  const power = 10 ** Math.floor(Math.log10(wanted));
  return (STEPS.find((step) => step * power >= wanted) ?? 10) * power;
}

/** Which days are named below the picture: as many as there is room for, the first among them. */
export function daysNamed(days: number[], width: number, pxEach: number): number[] {
  const every = Math.max(1, Math.ceil(days.length / Math.max(1, Math.floor(width / pxEach))));
  return days.filter((_, index) => index % every === 0);
}

/** A line through points; where there is none (a day that has not come) it ends. */
export function pathThrough(points: (readonly [x: number, y: number] | null)[]): string {
  const there = points.filter((point) => point !== null);
  return there.map(([x, y], index) => `${index === 0 ? "M" : "L"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");
}
