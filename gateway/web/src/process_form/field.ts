/** What a field of a process's form is, and what its component gets. */
import type { Schemas } from "../api/client";
import type { FieldPath } from "../api/problem";

export type FormField = Schemas["FormField"];

type Named = Pick<FormField, "code" | "type" | "name_zh" | "name_en">;

/** A field of which nothing more is said than its name and type: entered at the start, by whoever likes. */
export function plainField({ code, type, name_zh, name_en }: Named): FormField {
  return {
    code,
    type,
    name_zh,
    name_en,
    required: false,
    required_when: null,
    entered_at: "start",
    edited_at: [],
    seen_at: [],
    is_computed: false,
    is_open: false,
    pattern: null,
    choices: [],
    columns: [],
    max_length: null,
    places: null,
    minimum: null,
    maximum: null,
  };
}

/** A form as the API takes it: decimals, amounts and dates are strings, attachments `{id, name}`, grids lists of objects. */
export type FormValues = Record<string, unknown>;

/** What is wrong, by the path of the very cell: `{"prices.0.tiers.1.unit_price": ["…"]}`. */
export type FieldErrors = Readonly<Record<string, readonly string[]>>;

/** What a process is about, with what is known around it. */
export interface FormSubject {
  type: Schemas["ShownDefinition"]["subject_type"];
  id: string;
  name: string;
  /** The customer it belongs to; for a customer it is itself. */
  customerId: string;
  customerName: string;
  /** Of a product, and of an account's product if it is known. */
  product?: Schemas["Product"];
  account?: Schemas["Account"];
}

/** What the control of a field gets. It is controlled: `value` in, `onChange` out; nothing of it lives elsewhere. */
export interface ControlProps {
  field: FormField;
  /** Where it stands in the form, from the outside in: `["prices", 0, "tiers"]`. */
  path: FieldPath;
  /** As the API takes it, `undefined` while there is none. What it holds is the definition's to say: check before use. */
  value: unknown;
  onChange: (value: unknown) => void;
  /** Of the whole form; `errorsAt(errors, path)` are those of one place. */
  errors: FieldErrors;
  /** Of the process that the form belongs to, once it runs; `undefined` while it is being started. */
  processId?: string;
  isReadOnly: boolean;
  /** The control's own id; its label names it. */
  id: string;
  /** Say that something is under way that sending must wait for (an upload), and once more when it is over. */
  onBusy: (isBusy: boolean) => void;
}

/** What a field's own component gets besides: the form around it, and what it is about. */
export interface FieldProps extends ControlProps {
  /** Of the process: `write_off`. */
  code: string;
  /** The whole form, and how another of its fields is entered from here. */
  values: FormValues;
  setValue: (field: string, value: unknown) => void;
  subject: FormSubject;
}

export function keyOf(path: FieldPath): string {
  return path.join(".");
}

export function errorsAt(errors: FieldErrors, path: FieldPath): readonly string[] {
  return errors[keyOf(path)] ?? NONE;
}

const NONE: readonly string[] = [];

/** A value that should be a list of objects, as one. */
export function rowsOf(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.map((row) => (isObject(row) ? row : {})) : [];
}

export function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A text or number as the text of an input. */
export function textOf(value: unknown): string {
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
}
