/** What a place of a form is called, from the outside in: 价格 第 1 行 / 梯度 第 2 行 / 单价. */
import type { FieldPath } from "../api/problem";
import type { WordsInUse } from "../words";
import type { FormField } from "./field";

export function placeName(fields: readonly FormField[], path: FieldPath, { t, named }: WordsInUse): string {
  const parts: string[] = [];
  let known: readonly FormField[] = fields;
  for (const step of path) {
    if (typeof step === "number") {
      const last = parts.pop() ?? "";
      parts.push(t("processes.form.place_row", { name: last, row: step + 1 }));
      continue;
    }
    const field = known.find(({ code }) => code === step);
    if (field === undefined) {
      break;
    }
    parts.push(named(field));
    known = field.columns;
  }
  return parts.join(" / ");
}
