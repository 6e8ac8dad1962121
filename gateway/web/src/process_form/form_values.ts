/** What a form holds and what of it is sent; what is wrong with it as far as its definition says. Pure. */
import type { FieldPath } from "../api/problem";
import { holds } from "./conditions";
import { compare, decimalOf, placesOf } from "./decimals";
import { type FieldErrors, type FormField, type FormValues, isObject, keyOf } from "./field";

/** The fields that somebody at a node enters or may change; at `start` it is the initiator. */
export function fieldsAt(fields: readonly FormField[], node: string): FormField[] {
  return fields.filter((field) => !field.is_computed && (field.entered_at === node || field.edited_at.includes(node)));
}

/** Whether a node may see a field; without `seen_at` everybody does. */
export function isSeenAt(field: FormField, node: string): boolean {
  return field.seen_at.length === 0 || field.seen_at.includes(node);
}

/** Whether a field must be filled as the form stands. */
export function isRequired(field: FormField, fields: readonly FormField[], values: FormValues): boolean {
  return field.required || (field.required_when !== null && holds(field.required_when, fields, values));
}

export function isEmpty(value: unknown): boolean {
  return (
    value === undefined ||
    value === null ||
    (typeof value === "string" && value.trim() === "") ||
    (Array.isArray(value) && value.length === 0) ||
    (isObject(value) && Object.keys(value).length === 0)
  );
}

export function valueAt(values: unknown, path: FieldPath): unknown {
  return path.reduce<unknown>((found, step) => {
    if (Array.isArray(found)) {
      return found[Number(step)];
    }
    return isObject(found) ? found[step] : undefined;
  }, values);
}

/** What remains of the errors when a field is entered anew: those of its cells that stayed as they were. */
export function errorsAfter(errors: FieldErrors, field: string, before: unknown, after: unknown): FieldErrors {
  const left = Object.entries(errors).filter(([key]) => {
    const [first, ...below] = key.split(".");
    if (first !== field) {
      return true;
    }
    const path = below.map((step) => (/^\d+$/.test(step) ? Number(step) : step));
    const parent = valueAt(after, path.slice(0, -1));
    return path.length > 0 && parent !== undefined && valueAt(before, path) === valueAt(after, path);
  });
  return left.length === Object.keys(errors).length ? errors : Object.fromEntries(left);
}

/** What is sent: the shown fields' own, each as the API takes it; blank ends and blank rows are nobody's meaning. */
export function entered(shown: readonly FormField[], values: FormValues): FormValues {
  const filled = shown.map((field) => [field.code, sent(field, values[field.code])] as const);
  return Object.fromEntries(filled.filter(([, value]) => !isEmpty(value)));
}

function sent(field: FormField, value: unknown): unknown {
  if (typeof value === "string") {
    return value.trim();
  }
  if (field.type === "grid" && Array.isArray(value)) {
    return value.filter((row) => !isBlankRow(field, row)).map((row) => sentObject(field, row));
  }
  if (field.type === "list" && Array.isArray(value)) {
    return value.filter((entry) => !isEmpty(entry));
  }
  return field.type === "object" ? sentObject(field, value) : value;
}

function sentObject(field: FormField, value: unknown): unknown {
  if (!isObject(value)) {
    return value;
  }
  const columns = new Map(field.columns.map((column) => [column.code, column]));
  const known = Object.entries(value).filter(([code]) => field.is_open || columns.has(code));
  return Object.fromEntries(
    known.map(([code, each]) => {
      const column = columns.get(code);
      return [code, column === undefined ? each : sent(column, each)];
    }),
  );
}

function isBlankRow(field: FormField, row: unknown): boolean {
  return isObject(row) && field.columns.every(({ code }) => isEmpty(row[code]));
}

/** What is wrong, and with which figures it is said. */
export interface Fault {
  code: "required" | "not_a_number" | "whole" | "range" | "at_least" | "at_most" | "places" | "length" | "format";
  params?: Record<string, string | number>;
}

const TEXT_MAX = 200;
const LONG_TEXT_MAX = 5000;

/** What the definition says is wrong, by path; what only the owning service knows it says when asked. */
export function faultsOf(
  shown: readonly FormField[],
  fields: readonly FormField[],
  values: FormValues,
): Map<string, Fault> {
  const found = new Map<string, Fault>();
  for (const field of shown) {
    note(found, field, values[field.code], [field.code], isRequired(field, fields, values));
  }
  return found;
}

function note(found: Map<string, Fault>, field: FormField, value: unknown, path: FieldPath, required: boolean): void {
  if (
    isEmpty(value) ||
    (field.type === "grid" && Array.isArray(value) && value.every((row) => isBlankRow(field, row)))
  ) {
    if (required) {
      found.set(keyOf(path), { code: "required" });
    }
    return;
  }
  const fault = faultOf(field, value);
  if (fault !== undefined) {
    found.set(keyOf(path), fault);
  }
  const below: [unknown, FieldPath][] =
    field.type === "grid" && Array.isArray(value)
      ? value.map((row, index) => [row, [...path, index]])
      : field.type === "object"
        ? [[value, path]]
        : [];
  for (const [row, at] of below) {
    if (isObject(row) && !(field.type === "grid" && isBlankRow(field, row))) {
      for (const column of field.columns) {
        note(found, column, row[column.code], [...at, column.code], column.required);
      }
    }
  }
}

function faultOf(field: FormField, value: unknown): Fault | undefined {
  switch (field.type) {
    case "integer":
      return typeof value !== "number" ? { code: "whole" } : faultOfBounds(field, value);
    case "decimal":
    case "money": {
      const decimal = decimalOf(value);
      if (decimal === undefined) {
        return { code: "not_a_number" };
      }
      const places = field.type === "money" ? 2 : field.places;
      return places !== null && placesOf(decimal) > places
        ? { code: "places", params: { places } }
        : faultOfBounds(field, value);
    }
    case "text":
    case "long_text": {
      const most = field.max_length ?? (field.type === "long_text" ? LONG_TEXT_MAX : TEXT_MAX);
      if (typeof value === "string" && [...value].length > most) {
        return { code: "length", params: { most } };
      }
      return field.pattern !== null && !fits(field.pattern, String(value)) ? { code: "format" } : undefined;
    }
    case "list":
    case "grid":
    case "attachments":
      return Array.isArray(value) && field.max_length !== null && value.length > field.max_length
        ? { code: "length", params: { most: field.max_length } }
        : undefined;
    default:
      return undefined;
  }
}

function faultOfBounds(field: FormField, value: unknown): Fault | undefined {
  const [number, low, high] = [decimalOf(value), decimalOf(field.minimum), decimalOf(field.maximum)];
  if (number === undefined) {
    return undefined;
  }
  const isOut = (low !== undefined && compare(number, low) < 0) || (high !== undefined && compare(number, high) > 0);
  if (!isOut) {
    return undefined;
  }
  const params = { low: field.minimum ?? "", high: field.maximum ?? "" };
  return { code: low === undefined ? "at_most" : high === undefined ? "at_least" : "range", params };
}

/** A pattern is Python's; where a browser reads it otherwise, the service judges. */
function fits(pattern: string, text: string): boolean {
  try {
    return new RegExp(`^(?:${pattern})$`, "u").test(text.trim());
  } catch {
    return true;
  }
}

/** What an address says of a form (`f.<field>`): lists parted by commas, grids and objects as JSON. */
export function prefilled(fields: readonly FormField[], asked: URLSearchParams): FormValues {
  const found = fields.map((field) => [field.code, readPrefill(field, asked.get(`f.${field.code}`))] as const);
  return Object.fromEntries(found.filter(([, value]) => !isEmpty(value)));
}

function readPrefill(field: FormField, text: string | null): unknown {
  if (text === null) {
    return undefined;
  }
  switch (field.type) {
    case "list":
      return text.split(",").filter(Boolean);
    case "grid":
    case "object":
    case "attachments":
      try {
        return JSON.parse(text) as unknown;
      } catch {
        return undefined;
      }
    case "integer":
      return /^-?\d{1,15}$/.test(text) ? Number(text) : text;
    case "boolean":
      return text === "true";
    default:
      return text;
  }
}
