/** A price table as the form has it, and how it is changed. Pure. */
import { decimalOf } from "../decimals";
import { isObject, rowsOf } from "../field";
import { OPERATORS } from "./segments";

export interface Tier {
  /** In messages; null for no bound, undefined while it is not entered. */
  up_to: number | string | null | undefined;
  unit_price: string | number | undefined;
}

export interface PriceRow {
  /** An operator or a country; null for all together. */
  segment: string | null;
  tiers: Tier[];
}

export type Scope = "all" | "segments";

// A row that stayed as it was is the same object again: hundreds of countries need not be drawn for a key in one.
const read = new WeakMap<object, PriceRow>();

/** A form's value as price rows: what is missing in it is not entered yet. */
export function priceRows(value: unknown): PriceRow[] {
  return rowsOf(value).map((source) => {
    const row = read.get(source) ?? priceRow(source);
    read.set(source, row);
    read.set(row, row);
    return row;
  });
}

function priceRow({ segment, tiers }: Record<string, unknown>): PriceRow {
  return {
    segment: typeof segment === "string" ? segment : null,
    tiers: (Array.isArray(tiers) ? tiers : [{}]).map((tier) => {
      const { up_to, unit_price } = isObject(tier) ? tier : {};
      return {
        up_to: typeof up_to === "number" || typeof up_to === "string" || up_to === null ? up_to : undefined,
        unit_price: typeof unit_price === "string" || typeof unit_price === "number" ? unit_price : undefined,
      };
    }),
  };
}

export const blankTier = (): Tier => ({ up_to: null, unit_price: undefined });

/** A table by operator or by country begins with what was agreed for all together. */
export function rowsFor(scope: Scope, rows: PriceRow[], isInternational: boolean): PriceRow[] {
  const tiers = rows[0]?.tiers ?? [blankTier()];
  if (scope === "all") {
    return [{ segment: null, tiers }];
  }
  return isInternational
    ? [{ segment: "", tiers }]
    : OPERATORS.map((segment) => ({ segment, tiers: tiers.map((tier) => ({ ...tier })) }));
}

/** One tier for a unified price; what had several keeps the first one's price. */
export function withOneTier(rows: PriceRow[]): PriceRow[] {
  return rows.map((row) => ({ ...row, tiers: [{ up_to: null, unit_price: row.tiers[0]?.unit_price }] }));
}

/** A further tier at the end: the one before gets a bound to enter. */
export function withTier(tiers: Tier[]): Tier[] {
  const last = tiers.length - 1;
  return [...tiers.map((tier, at) => (at === last ? { ...tier, up_to: undefined } : tier)), blankTier()];
}

/** Without one tier: the last that is left has no bound. */
export function withoutTier(tiers: Tier[], index: number): Tier[] {
  const left = tiers.toSpliced(index, 1);
  return left.map((tier, at) => (at === left.length - 1 ? { ...tier, up_to: null } : tier));
}

/** Rows that can be asked what a volume costs; the others are still being entered. */
export function quotable(
  rows: PriceRow[],
): { segment: string | null; tiers: { up_to: number | null; unit_price: string }[] }[] {
  return rows.flatMap(({ segment, tiers }) => {
    let bound = 0;
    const found: { up_to: number | null; unit_price: string }[] = [];
    for (const [at, { up_to, unit_price }] of tiers.entries()) {
      const isLast = at === tiers.length - 1;
      const isBound = isLast ? up_to === null : typeof up_to === "number" && up_to > bound;
      const price = decimalOf(unit_price);
      if (!isBound || price === undefined || price.digits < 0n || price.places > 6) {
        return [];
      }
      bound = typeof up_to === "number" ? up_to : bound;
      found.push({ up_to: isLast ? null : bound, unit_price: String(unit_price) });
    }
    return segment === "" || found.length === 0 ? [] : [{ segment, tiers: found }];
  });
}
