/**
 * What was begun to be entered in a small form and not sent: kept in this browser, so that a reload loses nothing. Processes, which
 * take longer, have drafts on the server.
 */
import dayjs, { type Dayjs, isDayjs } from "dayjs";

const keyOf = (name: string) => `l2c.form.${name}`;

/** A moment in JSON, which has none. */
const MOMENT = "$moment";

function tagged(value: unknown): unknown {
  if (isDayjs(value)) {
    return { [MOMENT]: (value as Dayjs).format() };
  }
  if (Array.isArray(value)) {
    return value.map(tagged);
  }
  return typeof value === "object" && value !== null
    ? Object.fromEntries(Object.entries(value).map(([name, each]) => [name, tagged(each)]))
    : value;
}

function untagged(_: string, value: unknown): unknown {
  return typeof value === "object" && value !== null && MOMENT in value ? dayjs(String(value[MOMENT])) : value;
}

/** @returns undefined where nothing was begun. */
export function keptForm<Values extends object>(name: string): Values | undefined {
  const kept = localStorage.getItem(keyOf(name));
  return kept === null ? undefined : (JSON.parse(kept, untagged) as Values);
}

/** @param name of the form, with whom or what it is about: `contact.<customer's id>`. */
export function keepForm(name: string, values: object): void {
  localStorage.setItem(keyOf(name), JSON.stringify(tagged(values)));
}

export function forgetForm(name: string): void {
  localStorage.removeItem(keyOf(name));
}
