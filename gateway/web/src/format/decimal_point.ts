const DECIMAL = /^(-?)(\d+)(?:\.(\d*))?$/;

/** Move a decimal's point by so many places, exactly: `shifted("0.0055", 2)` is `0.55`. What is no decimal stays as it is. */
export function shifted(value: string, places: number): string {
  const match = DECIMAL.exec(value);
  if (match === null) {
    return value;
  }
  const [, sign = "", whole = "", fraction = ""] = match;
  const digits = (places < 0 ? "0".repeat(-places) : "") + whole + fraction + "0".repeat(Math.max(places, 0));
  const point = digits.length - fraction.length - Math.max(places, 0) + places;
  const left = digits.slice(0, point).replace(/^0+(?=\d)/, "");
  const right = digits.slice(point).replace(/0+$/, "");
  return `${sign}${left || "0"}${right === "" ? "" : `.${right}`}`;
}

/** `0.0055` as `0.55%`. */
export function percentOf(share: string): string {
  return `${shifted(share, 2)}%`;
}
