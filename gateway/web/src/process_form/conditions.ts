/** Conditions of a definition (`required_when`), asked of what is entered as the workflow service asks them. */
import type { Schemas } from "../api/client";
import { compare, decimalOf } from "./decimals";
import type { FormField, FormValues } from "./field";

type Condition = Schemas["Condition"];

/** What is not known is never met. Facts are the owning service's: here they are not known. */
export function holds(condition: Condition, fields: readonly FormField[], values: FormValues): boolean {
  if (condition.and !== undefined) {
    return condition.and.every((part) => holds(part, fields, values));
  }
  if (condition.or !== undefined) {
    return condition.or.some((part) => holds(part, fields, values));
  }
  const field = fields.find(({ code }) => code === condition.field);
  const value = field === undefined ? undefined : values[field.code];
  if (field === undefined || value === undefined || value === null || value === "") {
    return false;
  }
  if (condition.operator === "in") {
    return Array.isArray(condition.value) && condition.value.some((each) => order(field, value, each) === 0);
  }
  const found = order(field, value, condition.value);
  switch (condition.operator) {
    case "equals":
      return found === 0;
    case "not_equals":
      return found !== 0;
    case "greater":
      return found === 1;
    case "at_least":
      return found === 1 || found === 0;
    case "less":
      return found === -1;
    case "at_most":
      return found === -1 || found === 0;
    default:
      return false;
  }
}

/** @returns undefined for what cannot be compared. */
function order(field: FormField, left: unknown, right: unknown): number | undefined {
  if (field.type === "integer" || field.type === "decimal" || field.type === "money") {
    const [a, b] = [decimalOf(left), decimalOf(right)];
    return a === undefined || b === undefined ? undefined : compare(a, b);
  }
  if (field.type === "boolean") {
    return left === right ? 0 : undefined;
  }
  const [a, b] = [String(left), String(right)];
  return a < b ? -1 : a > b ? 1 : 0;
}
