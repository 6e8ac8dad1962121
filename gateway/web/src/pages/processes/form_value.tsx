import { Grid, Table } from "antd";
import { Fragment } from "react";
import { Link } from "react-router";
import { amount, money } from "../../format/figures";
import { segmentName } from "../../format/segments";
import { NARROW_MAX, SmallTable } from "../../list/small_table";
import { comma, useWords } from "../../words";
import { AttachmentList } from "./attachment_list";
import type { FindReference } from "./references";
import { type FormField, filesOf, isEmpty, isRow, type Row, rowsOf } from "./shown_values";

interface FormValueProps {
  field: FormField;
  value: unknown;
  /** The row, or the form, that it stands in. */
  besides: Row;
  find: FindReference;
}

/** A value of a form as its readers read it. */
export function FormValue({ field, value, besides, find }: FormValueProps) {
  const words = useWords();
  const { t, named } = words;
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
      // A row of a price table is an operator's or a country's: its form holds the code.
      return (
        <span className="text">{field.code === "segment" ? segmentName(String(value), words) : String(value)}</span>
      );
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
      {index > 0 && comma()}
      {field.code.endsWith("_ids") ? (
        <ReferenceLink code={field.code} id={entry} besides={besides} find={find} />
      ) : (
        entry
      )}
    </Fragment>
  ));
}

/** A line of a table: a cell a column, and how many lines those of the outer grid span. */
interface Line {
  key: string;
  row: Row;
  inner: Row;
  span: number;
}

interface FormGridProps {
  field: FormField;
  rows: Row[];
  find: FindReference;
}

/** So many lines of a table stand on one of its pages. */
export const LINES_MAX = 50;

/** Its columns that are filled anywhere, figures under each other; on a phone a wide grid is a card a row. */
export function FormGrid({ field, rows, find }: FormGridProps) {
  const { named } = useWords();
  const isWide = Grid.useBreakpoint().md ?? true;
  const nested = field.columns.find(({ type }) => type === "grid");
  const lines = rows.flatMap((row, at) => linesOf(row, nested, String(at)));
  const outer = field.columns.filter(
    (column) => column !== nested && lines.some(({ row }) => !isEmpty(row[column.code])),
  );
  const inner = (nested?.columns ?? []).filter(({ code }) => lines.some((line) => !isEmpty(line.inner[code])));
  if (isWide || outer.length === 0 || outer.length + inner.length <= NARROW_MAX) {
    return <FormTable lines={lines} outer={outer} inner={inner} find={find} />;
  }
  return (
    <SmallTable<{ row: Row; index: number }>
      pageSize={LINES_MAX}
      rows={rows.map((row, index) => ({ row, index }))}
      keyOf={({ index }) => String(index)}
      columns={[...outer, ...(inner.length > 0 && nested ? [{ ...nested, columns: inner }] : [])].map((column) => ({
        key: column.code,
        title: named(column),
        show: ({ row }) => <FormValue field={column} value={row[column.code]} besides={row} find={find} />,
        ...(column.type === "grid" ? { onPhone: "text" as const } : {}),
      }))}
    />
  );
}

interface FormTableProps {
  lines: Line[];
  outer: FormField[];
  inner: FormField[];
  find: FindReference;
}

/** A grid that stands in another, prices' tiers say, goes on in the same table. */
function FormTable({ lines, outer, inner, find }: FormTableProps) {
  const { named } = useWords();
  return (
    <Table<Line>
      className="form-rows"
      size="small"
      pagination={lines.length > LINES_MAX ? { pageSize: LINES_MAX, size: "small" } : false}
      scroll={outer.length + inner.length > 4 ? { x: "max-content" } : undefined}
      dataSource={lines}
      rowKey="key"
      columns={[
        ...outer.map((column) => ({
          ...shapeOf(column, named),
          onCell: ({ span }: Line) => ({ rowSpan: lines.length > LINES_MAX ? 1 : span }),
          render: (_: unknown, { row }: Line) => (
            <FormValue field={column} value={row[column.code]} besides={row} find={find} />
          ),
        })),
        ...inner.map((column) => ({
          ...shapeOf(column, named),
          render: (_: unknown, { inner: row }: Line) => (
            <FormValue field={column} value={row[column.code]} besides={row} find={find} />
          ),
        })),
      ]}
    />
  );
}

function linesOf(row: Row, nested: FormField | undefined, key: string): Line[] {
  const below = nested === undefined ? [] : (rowsOf(row[nested.code]) ?? []);
  return below.length === 0
    ? [{ key, row, inner: {}, span: 1 }]
    : below.map((inner, at) => ({ key: `${key}.${at}`, row, inner, span: at === 0 ? below.length : 0 }));
}

function shapeOf(column: FormField, named: (names: FormField) => string) {
  return { key: column.code, title: named(column), align: isFigure(column) ? ("right" as const) : ("left" as const) };
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

function isFigure({ type }: FormField): boolean {
  return type === "money" || type === "decimal" || type === "integer";
}
