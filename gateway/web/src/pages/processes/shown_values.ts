/** What a process's form holds, as far as it can be trusted to hold it: definitions change, and forms are kept. */
import type { Schemas } from "../../api/client";
import type { NamedFile } from "./attachment_list";

export type FormField = Schemas["FormField"];
export type Row = Record<string, unknown>;

export function isRow(value: unknown): value is Row {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isEmpty(value: unknown): boolean {
  return (
    value === null ||
    value === undefined ||
    value === "" ||
    (Array.isArray(value) && value.length === 0) ||
    (isRow(value) && Object.keys(value).length === 0)
  );
}

/** A grid's rows; undefined for what is none. */
export function rowsOf(value: unknown): Row[] | undefined {
  return Array.isArray(value) && value.every(isRow) ? value : undefined;
}

export function filesOf(value: unknown): NamedFile[] {
  return (rowsOf(value) ?? []).flatMap(({ id, name }) =>
    typeof id === "string" ? [{ id, name: typeof name === "string" ? name : id }] : [],
  );
}

/** From which value to which, as a history entry says it of a field. */
export function changeOf(value: unknown): [unknown, unknown] {
  return Array.isArray(value) ? [value[0], value[1]] : [undefined, value];
}
