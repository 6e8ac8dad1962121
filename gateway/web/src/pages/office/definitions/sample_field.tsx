import { DatePicker, Form, Input, InputNumber, Select } from "antd";
import dayjs from "dayjs";
import type { Schemas } from "../../../api/client";
import { useWords } from "../../../words";

interface Asked {
  code: string;
  name_zh: string;
  name_en: string;
  type: Schemas["FormField"]["type"];
  choices: Schemas["Named"][];
}

const NUMBERS = new Set(["integer", "decimal", "money"]);
const TEXTS = new Set(["text", "long_text", "reference"]);

/** A field of a sample: entered as its type is, and as JSON where it has parts. */
export function SampleField({ part, field }: { part: "form" | "facts"; field: Asked }) {
  const { t, named } = useWords();
  const isJson = hasParts(field.type);
  return (
    <Form.Item
      name={[part, field.code]}
      label={named(field)}
      extra={isJson ? t("office.dry_run.as_json") : undefined}
      rules={
        isJson
          ? [
              {
                validator: (_, text) =>
                  isReadable(text) ? Promise.resolve() : Promise.reject(new Error(t("office.not_json"))),
              },
            ]
          : []
      }
    >
      <SampleInput field={field} />
    </Form.Item>
  );
}

/** Takes what a form's item gives: its value, and whom to tell of another. */
function SampleInput({ field, ...given }: { field: Asked; id?: string; value?: never; onChange?: () => void }) {
  const { t, named } = useWords();
  if (field.type === "boolean") {
    return (
      <Select
        {...given}
        allowClear
        options={[
          { value: true, label: t("common.yes") },
          { value: false, label: t("common.no") },
        ]}
      />
    );
  }
  if (field.type === "choice") {
    return (
      <Select
        {...given}
        allowClear
        options={field.choices.map((choice) => ({ value: choice.code, label: named(choice) }))}
      />
    );
  }
  if (field.type === "date") {
    return <DatePicker {...given} style={{ width: "100%" }} />;
  }
  if (NUMBERS.has(field.type)) {
    return (
      <InputNumber
        {...given}
        stringMode
        precision={field.type === "integer" ? 0 : undefined}
        style={{ width: "100%" }}
      />
    );
  }
  return hasParts(field.type) ? <Input.TextArea {...given} autoSize className="code-text" /> : <Input {...given} />;
}

function hasParts(type: Asked["type"]): boolean {
  return !(NUMBERS.has(type) || TEXTS.has(type) || type === "boolean" || type === "choice" || type === "date");
}

function isReadable(text: unknown): boolean {
  if (typeof text !== "string" || text.trim() === "") {
    return true;
  }
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** What was entered, as the API takes it: what is empty is left out. */
export function sampleOf(
  entered: Record<string, unknown>,
  fields: { code: string; type: Asked["type"] }[],
): Record<string, unknown> {
  const filled = fields.filter(({ code }) => ![undefined, null, ""].includes(entered[code] as never));
  return Object.fromEntries(filled.map(({ code, type }) => [code, givenFor(entered[code], type)]));
}

function givenFor(value: unknown, type: Asked["type"]): unknown {
  if (dayjs.isDayjs(value)) {
    return value.format("YYYY-MM-DD");
  }
  if (type === "integer") {
    return Number(value);
  }
  return typeof value === "string" && hasParts(type) ? (JSON.parse(value) as unknown) : value;
}
