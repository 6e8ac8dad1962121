import { Link } from "react-router";
import type { Schemas } from "../../api/client";
import { money } from "../../format/figures";
import { SmallTable } from "../../list/small_table";
import { useWords } from "../../words";
import { FormValue, LINES_MAX } from "./form_value";
import { type FindReference, useReferences } from "./references";
import { type FormField, isEmpty, isRow, type Row, rowsOf } from "./shown_values";

/** The whole form, read: what is short side by side, what is long and every table in full width. */
export function FormView({ process }: { process: Schemas["Process"] }) {
  const { t, named } = useWords();
  const find = useReferences(process);
  const { form } = process;
  const completed = completionsOf(process);
  // What the owner has completed with amounts says it better than the ids that were entered.
  const isSaidBetter = ({ code }: FormField) => completed.tables.some((table) => ENTERED[table.code] === code);
  const filled = process.fields.filter((field) => !isEmpty(form[field.code]) && !isSaidBetter(field));
  if (filled.length === 0 && completed.tables.length === 0) {
    return <p className="quiet">{t("processes.form_empty")}</p>;
  }
  return (
    <dl className="form-view">
      {completed.tables.map(({ code, rows }) => (
        <div key={code} className="form-entry form-wide">
          <dt>{t(`processes.completed.${code}`)}</dt>
          <dd>
            <CompletedRows rows={rows} find={find} />
          </dd>
        </div>
      ))}
      {filled.map((field) => (
        <div key={field.code} className={isWide(field) ? "form-entry form-wide" : "form-entry"}>
          <dt>{named(field)}</dt>
          <dd>
            <FormValue field={field} value={form[field.code]} besides={form} find={find} />
          </dd>
        </div>
      ))}
      {completed.amounts.map(({ code, value }) => (
        <div key={code} className="form-entry">
          <dt>{t(`processes.completed.${code}`)}</dt>
          <dd className="figure form-total">{money(value)}</dd>
        </div>
      ))}
    </dl>
  );
}

const TABLES = ["bills", "products", "pairs"] as const;
const AMOUNTS = ["total", "agreed_total", "difference", "present_limit"] as const;
type CompletedTable = (typeof TABLES)[number];
/** The field whose ids a table has with all that is known of them. */
const ENTERED: Partial<Record<CompletedTable, string>> = { bills: "bill_ids", products: "product_ids" };
type CompletedAmount = (typeof AMOUNTS)[number];

/** What the owning service put into the form that is no field of it: whose names the console knows. */
function completionsOf({ form, fields }: Schemas["Process"]) {
  const known = new Set(fields.map(({ code }) => code));
  return {
    tables: TABLES.flatMap((code): { code: CompletedTable; rows: Row[] }[] => {
      const rows = known.has(code) ? undefined : rowsOf(form[code]);
      return rows?.some(hasFigures) ? [{ code, rows }] : [];
    }),
    amounts: AMOUNTS.flatMap((code): { code: CompletedAmount; value: string }[] => {
      const value = known.has(code) ? undefined : form[code];
      return typeof value === "string" ? [{ code, value }] : [];
    }),
  };
}

/** Rows of names alone name the ids of a field; they are no table. */
function hasFigures(row: Row): boolean {
  return "amount" in row || "billing_cycle_months" in row;
}

const COLUMNS = [
  "number",
  "bill_number",
  "name",
  "payer_name",
  "billing_cycle_months",
  "amount",
  "agreed_difference",
  "agreed_amount",
] as const;
const AMOUNT_COLUMNS: ReadonlySet<string> = new Set(["amount", "agreed_difference", "agreed_amount"]);

function CompletedRows({ rows, find }: { rows: Row[]; find: FindReference }) {
  const { t } = useWords();
  const columns = COLUMNS.filter((code) => rows.some((row) => !isEmpty(row[code])));
  return (
    <SmallTable<{ row: Row; index: number }>
      pageSize={LINES_MAX}
      rows={rows.map((row, index) => ({ row, index }))}
      keyOf={({ index }) => String(index)}
      columns={columns.map((code) => ({
        key: code,
        title: t(`processes.completed.${code}`),
        align: AMOUNT_COLUMNS.has(code) ? "right" : undefined,
        show: ({ row }) => <CompletedCell code={code} row={row} find={find} />,
      }))}
    />
  );
}

function CompletedCell({ code, row, find }: { code: string; row: Row; find: FindReference }) {
  const value = row[code];
  if (isEmpty(value) || isRow(value)) {
    return "–";
  }
  if (AMOUNT_COLUMNS.has(code)) {
    return <span className="figure">{money(String(value))}</span>;
  }
  const reference =
    code === "number" && typeof row.bill_id === "string"
      ? find("bill_id", row.bill_id, row)
      : code === "name" && typeof row.product_id === "string"
        ? find("product_id", row.product_id, row)
        : undefined;
  return reference?.address ? <Link to={reference.address}>{String(value)}</Link> : String(value);
}

function isWide({ type }: FormField): boolean {
  return type === "grid" || type === "object" || type === "long_text" || type === "attachments";
}
