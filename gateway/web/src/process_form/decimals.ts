/** Exact arithmetic on decimal strings: what a form shows while one types must be what the services come to, to the fen. */

export interface Decimal {
  /** All digits, as a whole number: `-12.50` is `-1250n` with 2 places. */
  digits: bigint;
  places: number;
}

const DECIMAL = /^(-?)(\d{1,15})(?:\.(\d{1,20}))?$/;

/** @returns undefined for what is no decimal (yet). */
export function decimalOf(value: unknown): Decimal | undefined {
  const text = typeof value === "number" && Number.isSafeInteger(value) ? String(value) : value;
  const match = typeof text === "string" ? DECIMAL.exec(text.trim()) : null;
  if (match === null) {
    return undefined;
  }
  const fraction = match[3] ?? "";
  const size = BigInt(`${match[2]}${fraction}`);
  return { digits: match[1] === "-" ? -size : size, places: fraction.length };
}

/** Fewer than nought if `a` is the smaller. */
export function compare(a: Decimal, b: Decimal): number {
  const places = Math.max(a.places, b.places);
  const difference = at(a, places) - at(b, places);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** A count times a unit price, rounded half-up to the fen once, as a line of a bill is: `3500.00`. */
export function lineAmount(count: unknown, unitPrice: unknown): string | undefined {
  const [a, b] = [decimalOf(count), decimalOf(unitPrice)];
  return a === undefined || b === undefined
    ? undefined
    : textOfFen(toFen({ digits: a.digits * b.digits, places: a.places + b.places }));
}

/** How many of a unit price come to an amount as {@link lineAmount} has it; undefined where no whole number does. */
export function countFor(amount: unknown, unitPrice: unknown): number | undefined {
  const [whole, each] = [decimalOf(amount), decimalOf(unitPrice)];
  if (whole === undefined || each === undefined || each.digits <= 0n || whole.digits <= 0n) {
    return undefined;
  }
  const places = Math.max(whole.places, each.places);
  const [of, by] = [at(whole, places), at(each, places)];
  const count = Number((2n * of + by) / (2n * by));
  const fitting = decimalOf(lineAmount(count, unitPrice));
  return fitting !== undefined && compare(fitting, whole) === 0 ? count : undefined;
}

/** How many decimals it has that count. */
export function placesOf({ digits, places }: Decimal): number {
  let [rest, left] = [digits, places];
  while (left > 0 && rest % 10n === 0n) {
    rest /= 10n;
    left -= 1;
  }
  return left;
}

function at({ digits, places }: Decimal, wanted: number): bigint {
  return digits * 10n ** BigInt(wanted - places);
}

function toFen({ digits, places }: Decimal): bigint {
  if (places <= 2) {
    return digits * 10n ** BigInt(2 - places);
  }
  const unit = 10n ** BigInt(places - 2);
  const size = digits < 0n ? -digits : digits;
  const rounded = (2n * size + unit) / (2n * unit);
  return digits < 0n ? -rounded : rounded;
}

function textOfFen(fen: bigint): string {
  const size = fen < 0n ? -fen : fen;
  return `${fen < 0n ? "-" : ""}${size / 100n}.${String(size % 100n).padStart(2, "0")}`;
}

/** What was typed or pasted as a number, as the API writes one: full-width digits, grouping, currency and blanks are forgiven. */
export function typedFigure(text: string): string {
  return text
    .replace(/[０-９]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xfee0))
    .replace(/[．。]/g, ".")
    .replace(/[－−]/g, "-")
    .replace(/[\s,，¥￥元]/g, "");
}

/** The same once its typist is done: `.5` as `0.5`, `12.` as `12`. */
export function tidied(text: string): string {
  return text
    .replace(/^(-?)\./, "$10.")
    .replace(/\.$/, "")
    .replace(/^(-?)0+(?=\d)/, "$1");
}
