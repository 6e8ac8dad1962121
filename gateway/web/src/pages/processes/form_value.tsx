import { Table } from "antd";
import { Fragment } from "react";
import { Link } from "react-router";
import { amount, money } from "../../format/figures";
import { useWords } from "../../words";
import { AttachmentList } from "./attachment_list";
import { type FormField, filesOf, isEmpty, isRow, type Row, rowsOf } from "./form_values";
import type { FindReference } from "./references";

interface FormValueProps {
  field: FormField;
  value: unknown;
  /** The row, or the form, that it stands in. */
  besides: Row;
  find: FindReference;
}

/** A value of a form as its readers read it. */
export function FormValue({ field, value, besides, find }: FormValueProps) {
  const { t, named } = useWords();
  if (isEmpty(value)) {
    return <span className="quiet">–</span>;
  }
  switch (field.type) {
    case "boolean":
      return t(value === true ? "common.yes" : "common.no");
    case "choice": {
      const choice = field.choices.find(({ code }) => code === value);
      return choice ? named(choice) : String(value);
    }
    case "money":
      return <span className="figure">{money(String(value))}</span>;
    case "integer":
    case "decimal":
      return <span className="figure">{amount(String(value), 0)}</span>;
    case "long_text":
      return <p className="long-text">{String(value)}</p>;
    case "attachments":
      return <AttachmentList files={filesOf(value)} />;
    case "reference":
      return <ReferenceLink code={field.code} id={String(value)} besides={besides} find={find} />;
    case "list":
      return <Entries field={field} value={value} besides={besides} find={find} />;
    case "grid":
      return <FormGrid field={field} rows={rowsOf(value) ?? []} find={find} />;
    case "object":
      return isRow(value) ? <FormObject field={field} value={value} find={find} /> : String(value);
    default:
      return <span className="text">{String(value)}</span>;
  }
}

function ReferenceLink({ code, id, besides, find }: { code: string; id: string; besides: Row; find: FindReference }) {
  const { name, address } = find(code, id, besides);
  return address ? <Link to={address}>{name}</Link> : name;
}

function Entries({ field, value, besides, find }: FormValueProps) {
  const entries = Array.isArray(value) ? value.map(String) : [String(value)];
  return entries.map((entry, index) => (
    <Fragment key={entry}>
      {index > 0 && "、"}
      {field.code.endsWith("_ids") ? (
        <ReferenceLink code={field.code} id={entry} besides={besides} find={find} />
      ) : (
        entry
      )}
    </Fragment>
  ));
}

/** Its columns that are filled anywhere, figures under each other. A grid in a grid stands in its cell. */
export function FormGrid({ field, rows, find }: { field: FormField; rows: Row[]; find: FindReference }) {
  const { named } = useWords();
  const columns = field.columns.filter(({ code }) => rows.some((row) => !isEmpty(row[code])));
  return (
    <Table
      className="form-grid"
      size="small"
      pagination={rows.length > 50 ? { pageSize: 50, size: "small" } : false}
      scroll={columns.length > 4 ? { x: "max-content" } : undefined}
      dataSource={rows.map((row, index) => ({ row, index }))}
      rowKey="index"
      columns={columns.map((column) => ({
        key: column.code,
        title: named(column),
        align: isFigure(column) ? "right" : "left",
        render: (_, { row }) => <FormValue field={column} value={row[column.code]} besides={row} find={find} />,
      }))}
    />
  );
}

function FormObject({ field, value, find }: { field: FormField; value: Row; find: FindReference }) {
  const { named } = useWords();
  return (
    <dl className="form-object">
      {field.columns
        .filter(({ code }) => !isEmpty(value[code]))
        .map((column) => (
          <div key={column.code}>
            <dt className="quiet">{named(column)}</dt>
            <dd>
              <FormValue field={column} value={value[column.code]} besides={value} find={find} />
            </dd>
          </div>
        ))}
    </dl>
  );
}

export function isFigure({ type }: FormField): boolean {
  return type === "money" || type === "decimal" || type === "integer";
}
