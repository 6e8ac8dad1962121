/**
 * Changing what somebody else may be changing, too. A change sends what differs from the record and nothing more, so that it takes
 * back nobody else's; and when the record is read again behind an open form, what one has not changed follows it, and what both have
 * changed says so.
 */

import dayjs from "dayjs";

type Values = Record<string, unknown>;
type Path = string[];

export const isGroup = (value: unknown): value is Values =>
  typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;

export function isSame(one: unknown, other: unknown): boolean {
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((each, index) => isSame(each, other[index]));
  }
  if (isGroup(one) && isGroup(other)) {
    return [...new Set([...Object.keys(one), ...Object.keys(other)])].every((name) => isSame(one[name], other[name]));
  }
  return dayjs.isDayjs(one) && dayjs.isDayjs(other) ? one.isSame(other) : one === other;
}

/** Of `after` what is not so in `before`: groups of fields by field, a list as a whole. */
export function changesOf<After extends object>(before: object, after: After): Partial<After> {
  const known = before as Values;
  const changes = Object.entries(after)
    .map(([name, value]): [string, unknown] => [
      name,
      isGroup(value) && isGroup(known[name]) ? changesOf(known[name], value) : value,
    ])
    .filter(([name, value]) =>
      isGroup(value) && isGroup(known[name]) ? Object.keys(value).length > 0 : !isSame(value, known[name]),
    );
  return Object.fromEntries(changes) as Partial<After>;
}

interface Following {
  /** Fields that are as they were read, with what they are now. */
  follow: { name: Path; value: unknown }[];
  /** Fields that somebody else has changed since they were read, and that are changed here to something else. */
  contested: { name: Path; value: unknown }[];
}

/** What becomes of the fields of an open form whose record was `before` and is `now`. */
export function following(before: object, now: object, entered: object): Following {
  const fields = fieldsOf(now);
  const isKept = (name: Path) => isSame(valueAt(entered, name), valueAt(before, name));
  return {
    follow: fields.filter(({ name }) => isKept(name)),
    contested: fields.filter(
      ({ name, value }) =>
        !isKept(name) && !isSame(value, valueAt(before, name)) && !isSame(value, valueAt(entered, name)),
    ),
  };
}

function fieldsOf(values: object, under: Path = []): { name: Path; value: unknown }[] {
  return Object.entries(values).flatMap(([name, value]) =>
    isGroup(value) ? fieldsOf(value, [...under, name]) : [{ name: [...under, name], value: value as unknown }],
  );
}

function valueAt(values: object, name: Path): unknown {
  return name.reduce<unknown>((under, part) => (isGroup(under) ? under[part] : undefined), values);
}
