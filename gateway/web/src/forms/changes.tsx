/**
 * Changing what somebody else may be changing, too. A change sends what differs from the record and nothing more, so that it takes
 * back nobody else's; and when the record is read again behind an open form, what one has not touched follows it.
 */
import { Form } from "antd";
import { useEffect } from "react";

type Values = Record<string, unknown>;

const isGroup = (value: unknown): value is Values =>
  typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;

const isSame = (one: unknown, other: unknown): boolean =>
  Array.isArray(one) && Array.isArray(other)
    ? one.length === other.length && one.every((each, index) => isSame(each, other[index]))
    : one === other;

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

/** In a form: shows the record's present values in the fields that nobody has touched. */
export function FollowRecord({ version, values }: { version: number; values: object }) {
  const form = Form.useFormInstance();
  // biome-ignore lint/correctness/useExhaustiveDependencies: a record that is not changed has nothing to follow
  useEffect(() => {
    const untouched = fieldsOf(values).filter(([name]) => !form.isFieldTouched(name));
    // `setFieldValue` would count as a touch.
    form.setFields(untouched.map(([name, value]) => ({ name, value, touched: false })));
  }, [version, form]);
  return null;
}

function fieldsOf(values: object, under: string[] = []): [string[], unknown][] {
  return Object.entries(values).flatMap(([name, value]) =>
    isGroup(value) ? fieldsOf(value, [...under, name]) : [[[...under, name], value] as [string[], unknown]],
  );
}
