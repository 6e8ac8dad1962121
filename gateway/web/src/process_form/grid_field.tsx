import { CopyOutlined, DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Tooltip } from "antd";
import { type ClipboardEvent, memo, type ReactNode } from "react";
import { useWords } from "../words";
import { ActionsHead } from "./actions_head";
import { type ControlProps, type FormField, rowsOf } from "./field";
import { FieldError, idOf } from "./field_frame";
import { figureOf } from "./figure_input";
import { pasteCells } from "./paste";
import { PlainControl } from "./plain_control";
import { errorKeyOf, useRowChange } from "./rows";
import "./grid.css";

type Row = Record<string, unknown>;

/** A column that nobody enters: what follows from the row. */
export interface DerivedColumn {
  key: string;
  title: string;
  show: (row: Row) => ReactNode;
}

interface GridFieldProps extends ControlProps {
  derived?: DerivedColumn[];
  /** Under the rows, above what adds one: totals. */
  foot?: ReactNode;
}

const ROWS_MAX = 1000;
const NO_COLUMNS: DerivedColumn[] = [];

/** A text from a spreadsheet as a cell's value. */
function readText(column: FormField, text: string): unknown {
  switch (column.type) {
    case "integer":
      return figureOf(text, true);
    case "decimal":
    case "money":
      return figureOf(text, false);
    case "choice":
      return column.choices.find(({ code, name_zh, name_en }) => [code, name_zh, name_en].includes(text))?.code;
    default:
      return text;
  }
}

/** Rows of cells: added, copied, removed, and pasted from a spreadsheet from the cell on that one is in. */
export function GridField(props: GridFieldProps) {
  const { field, path, value, onChange, errors, isReadOnly, derived = NO_COLUMNS, foot } = props;
  const { t, named } = useWords();
  const rows = rowsOf(value);
  const change = useRowChange(rows, onChange);

  const paste = (event: ClipboardEvent<HTMLElement>) =>
    pasteCells(event, (pasted, place) => {
      if (place === undefined) {
        return false;
      }
      change((before) => {
        const after = [...before];
        pasted.forEach((texts, down) => {
          const entries: Row = { ...after[place.row + down] };
          texts.forEach((text, right) => {
            const column = field.columns[place.column + right];
            const read = column === undefined || text === "" ? undefined : readText(column, text);
            if (column !== undefined && read !== undefined) {
              entries[column.code] = read;
            }
          });
          after[place.row + down] = entries;
        });
        return after.slice(0, field.max_length ?? ROWS_MAX);
      });
      return true;
    });

  return (
    <div className="form-grid" onPaste={paste}>
      <table>
        <thead>
          <tr>
            {field.columns.map((column) => (
              <th
                key={column.code}
                scope="col"
                className={column.required ? `cell-${column.type} form-required` : `cell-${column.type}`}
              >
                {named(column)}
              </th>
            ))}
            {derived.map(({ key, title }) => (
              <th key={key} scope="col" className="cell-derived">
                {title}
              </th>
            ))}
            {!isReadOnly && <ActionsHead />}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <GridRow
              // biome-ignore lint/suspicious/noArrayIndexKey: a row has nothing of its own but its place
              key={index}
              {...props}
              row={row}
              index={index}
              derived={derived}
              errorKey={errorKeyOf(errors, [...path, index])}
              change={change}
            />
          ))}
        </tbody>
      </table>
      {foot}
      {!isReadOnly && (
        <div className="form-grid-foot">
          <Button
            type="dashed"
            icon={<PlusOutlined />}
            disabled={rows.length >= (field.max_length ?? ROWS_MAX)}
            onClick={() => change((before) => [...before, {}])}
          >
            {t("processes.form.grid.add")}
          </Button>
          <span className="quiet">{t("processes.form.grid.paste")}</span>
        </div>
      )}
    </div>
  );
}

interface GridRowProps extends GridFieldProps {
  row: Row;
  index: number;
  errorKey: string;
  derived: DerivedColumn[];
  change: (work: (rows: Row[]) => Row[]) => void;
}

const GridRow = memo(
  function GridRow(props: GridRowProps) {
    const { field, path, row, index, derived, change, isReadOnly } = props;
    const { t, named } = useWords();
    const set = (code: string, entered: unknown) =>
      change((before) => before.map((each, at) => (at === index ? { ...each, [code]: entered } : each)));
    return (
      <tr>
        {field.columns.map((column, place) => {
          const below = [...path, index, column.code];
          const cell: ControlProps = {
            ...props,
            field: column,
            path: below,
            id: idOf(below),
            value: row[column.code],
            onChange: (entered) => set(column.code, entered),
          };
          return (
            <td
              key={column.code}
              data-row={index}
              data-column={place}
              data-label={named(column)}
              className={`cell-${column.type}`}
            >
              <label className="form-unseen" htmlFor={idOf(below)}>
                {t("processes.form.grid.cell", { name: named(column), row: index + 1 })}
              </label>
              <PlainControl {...cell} />
              <FieldError path={below} errors={props.errors} />
            </td>
          );
        })}
        {derived.map(({ key, title, show }) => (
          <td key={key} data-label={title} className="cell-derived figure">
            {show(row)}
          </td>
        ))}
        {!isReadOnly && (
          <td className="cell-actions">
            <Tooltip title={t("processes.form.grid.copy")}>
              <Button
                type="text"
                icon={<CopyOutlined />}
                aria-label={t("processes.form.grid.copy_row", { row: index + 1 })}
                onClick={() => change((before) => before.toSpliced(index + 1, 0, { ...before[index] }))}
              />
            </Tooltip>
            <Tooltip title={t("common.delete")}>
              <Button
                type="text"
                icon={<DeleteOutlined />}
                aria-label={t("processes.form.grid.remove_row", { row: index + 1 })}
                onClick={() => change((before) => before.toSpliced(index, 1))}
              />
            </Tooltip>
          </td>
        )}
      </tr>
    );
  },
  (before, after) =>
    before.row === after.row &&
    before.index === after.index &&
    before.errorKey === after.errorKey &&
    before.isReadOnly === after.isReadOnly &&
    before.field === after.field &&
    before.derived === after.derived,
);
