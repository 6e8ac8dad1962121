/** A bank's column mapping as its form has it: every field's columns, also of those that the statement lacks. */
import type { Schemas } from "../../api/client";

type BankMapping = Schemas["BankMapping"];
type Columns = Schemas["MappedColumns"];
type Field = keyof Columns;

export interface MappingValues extends Omit<Schemas["SetBankMapping"], "columns" | "incoming" | "version"> {
  code: string;
  columns: Record<Field, string[][]>;
  incoming: { headers: string[]; values: string[] };
}

const FIELDS: Field[] = [
  "received_at",
  "payer_name",
  "amount",
  "reference",
  "bank_account",
  "payer_account",
  "remark",
  "balance",
  "currency",
];

/** What the form begins with: a mapping, a copy of one without its names, or nothing. */
export function valuesOf(
  mapping: BankMapping | undefined,
  kind: "new" | "change" | "copy" | undefined,
): Partial<MappingValues> {
  const columns = Object.fromEntries(
    FIELDS.map((field) => [field, mapping?.columns[field] ?? [[]]]),
  ) as MappingValues["columns"];
  if (mapping === undefined) {
    return { columns, split_payer: false };
  }
  const { time_formats, outgoing, passed_over, account_labels, unique_by, split_payer } = mapping;
  return {
    ...(kind === "change" ? { name_zh: mapping.name_zh, name_en: mapping.name_en } : {}),
    columns,
    incoming: mapping.incoming ?? { headers: [], values: [] },
    time_formats,
    outgoing,
    passed_over,
    account_labels,
    unique_by,
    split_payer,
  };
}

/** The mapping as the API takes it: without the fields, and the parts of them, that name no header. */
export function mappingOf(values: MappingValues): Schemas["SetBankMapping"] {
  const { code: _, columns, incoming, why = "", ...rest } = values;
  const given = FIELDS.map(
    (field) => [field, (columns[field] ?? []).filter((part) => part && part.length > 0)] as const,
  );
  const isMarked = (incoming?.headers ?? []).length > 0;
  return {
    ...rest,
    why,
    columns: Object.fromEntries(given.filter(([, parts]) => parts.length > 0)) as Columns,
    incoming: isMarked ? { headers: incoming.headers, values: incoming.values ?? [] } : null,
  };
}
