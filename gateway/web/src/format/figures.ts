/** Money and quantities. They are decimal strings end to end: nothing here makes a binary number of an amount that is kept. */

/** `-1234567.5` as `-1,234,567.50`; more places stay, fewer than `places` are filled up. */
export function amount(value: string | null | undefined, places = 2): string {
  if (value === null || value === undefined || value === "") {
    return "–";
  }
  const [, sign = "", whole = "0", fraction = ""] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(value) ?? [];
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  const filled = fraction.replace(/0+$/, "").padEnd(places, "0");
  return filled === "" ? `${sign}${grouped}` : `${sign}${grouped}.${filled}`;
}

/** `¥1,234.50`. */
export function money(value: string | null | undefined): string {
  const text = amount(value);
  return text === "–" ? text : text.startsWith("-") ? `-¥${text.slice(1)}` : `¥${text}`;
}

export function quantity(value: number | null | undefined): string {
  return value === null || value === undefined ? "–" : value.toLocaleString("en-US");
}

/** `0.6` as `60%`. */
export function percent(value: string | number, places = 0): string {
  return `${(Number(value) * 100).toFixed(places)}%`;
}

const FEN = 100n;

/** Fen of a decimal string with at most two places; `null` where it is none. */
export function fenOf(value: string): bigint | null {
  const match = /^(-?)(\d{1,15})(?:\.(\d{1,2}))?$/.exec(value.trim());
  if (match === null) {
    return null;
  }
  const fen = BigInt(match[2] ?? "0") * FEN + BigInt((match[3] ?? "").padEnd(2, "0"));
  return match[1] === "-" ? -fen : fen;
}

/** Fen as a decimal string: `105n` as `1.05`. */
export function ofFen(fen: bigint): string {
  const sign = fen < 0n ? "-" : "";
  const size = fen < 0n ? -fen : fen;
  return `${sign}${size / FEN}.${String(size % FEN).padStart(2, "0")}`;
}

/** The exact total of amounts; those that are no amount yet count as nothing. */
export function totalOf(values: (string | null | undefined)[]): string {
  return ofFen(values.reduce((total, value) => total + (fenOf(value ?? "") ?? 0n), 0n));
}
