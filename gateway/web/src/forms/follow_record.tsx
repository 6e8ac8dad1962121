import { Form } from "antd";
import { useEffect, useRef } from "react";
import { useWords } from "../words";
import { following } from "./changes";

interface FollowRecordProps {
  version: number;
  values: object;
  /** A field's value as one reads it, if it is more than a figure; without it the field says only that it was changed. */
  inWords?: (name: string, value: unknown) => string | undefined;
}

/** In a form: keeps to the record's present values where nobody has changed them here, and tells where two have. */
export function FollowRecord({ version, values, inWords = figureOf }: FollowRecordProps) {
  const { t } = useWords();
  const form = Form.useFormInstance();
  const known = useRef(values);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a record that is not changed has nothing to follow
  useEffect(() => {
    const { follow, contested } = following(known.current, values, form.getFieldsValue(true));
    known.current = values;
    // `setFieldValue` would count as a touch.
    form.setFields([
      ...follow.map(({ name, value }) => ({ name, value, touched: false, warnings: [] })),
      ...contested.map(({ name, value }) => {
        const words = inWords(name.join("."), value);
        return {
          name,
          warnings: [t(words === undefined ? "problems.contested" : "problems.contested_by", { value: words })],
        };
      }),
    ]);
  }, [version, form]);
  return null;
}

function figureOf(_: string, value: unknown): string | undefined {
  return typeof value === "number" ? String(value) : undefined;
}
