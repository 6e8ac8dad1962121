import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Select } from "antd";
import { type ClipboardEvent, memo, useState } from "react";
import type { FieldPath } from "../../api/problem";
import { labelled, useWords } from "../../words";
import { ActionsHead } from "../actions_head";
import { errorsAt, type FieldErrors } from "../field";
import { FieldError, idOf } from "../field_frame";
import { FigureInput, figureOf } from "../figure_input";
import { pasteCells } from "../paste";
import { errorKeyOf, useRowChange } from "../rows";
import { blankTier, type PriceRow } from "./price_rows";
import { COUNTRIES, countryName, OPERATORS, segmentCalled } from "./segments";
import { TierTable } from "./tier_table";

interface SegmentRowsProps {
  path: FieldPath;
  rows: PriceRow[];
  onChange: (rows: PriceRow[]) => void;
  errors: FieldErrors;
  hasTiers: boolean;
  isInternational: boolean;
  isReadOnly: boolean;
}

const ROWS_MAX = 300;

/** A row for each operator or country: with one price in a table, with tiers each its own. */
export function SegmentRows(props: SegmentRowsProps) {
  const { path, rows, onChange, errors, isInternational, isReadOnly, hasTiers } = props;
  const { t, term } = useWords();
  const change = useRowChange(rows, onChange);
  const add = (segment: string) => change((before) => [...before, { segment, tiers: [blankTier()] }]);
  const removed = isInternational ? [] : OPERATORS.filter((each) => rows.every(({ segment }) => segment !== each));

  /** Countries or operators and their prices: names that nobody knows are left to be chosen. */
  const paste = (event: ClipboardEvent<HTMLElement>) =>
    pasteCells(event, (cells, place) => {
      if (hasTiers) {
        return false;
      }
      const hasNames = (cells[0]?.length ?? 0) > 1;
      const first = place?.row ?? rows.length;
      change((before) => {
        const after = [...before];
        cells.forEach((row, down) => {
          const [name, price] = hasNames ? [row[0] ?? "", row[1] ?? ""] : ["", row[0] ?? ""];
          const at = first + down;
          const known = after[at];
          if (known === undefined && !isInternational) {
            return;
          }
          after[at] = {
            segment: (hasNames ? segmentCalled(name) : undefined) ?? known?.segment ?? "",
            tiers: [{ up_to: null, unit_price: figureOf(price, false) }],
          };
        });
        return after.slice(0, ROWS_MAX);
      });
      return true;
    });

  return (
    <div className="form-grid" onPaste={paste}>
      <table aria-label={t("processes.form.prices.table")}>
        <thead>
          <tr>
            <th scope="col" className="cell-segment">
              {isInternational ? t("processes.form.prices.country") : t("processes.form.prices.operator")}
            </th>
            <th scope="col">{hasTiers ? t("processes.form.prices.tiers") : t("processes.form.prices.unit_price")}</th>
            {!isReadOnly && <ActionsHead />}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <SegmentRow
              // biome-ignore lint/suspicious/noArrayIndexKey: two rows may name one country while one chooses
              key={index}
              {...props}
              row={row}
              index={index}
              errorKey={errorKeyOf(errors, [...path, index])}
              change={change}
            />
          ))}
        </tbody>
      </table>
      {!isReadOnly && isInternational && (
        <div className="form-grid-foot">
          <Button type="dashed" icon={<PlusOutlined />} disabled={rows.length >= ROWS_MAX} onClick={() => add("")}>
            {t("processes.form.prices.add_country")}
          </Button>
          <span className="quiet">{t("processes.form.prices.paste_countries")}</span>
        </div>
      )}
      {!isReadOnly && removed.length > 0 && (
        <div className="form-grid-foot">
          {removed.map((operator) => (
            <Button key={operator} type="dashed" icon={<PlusOutlined />} onClick={() => add(operator)}>
              {t("processes.form.prices.add_operator", { name: term("operator", operator) })}
            </Button>
          ))}
        </div>
      )}
    </div>
  );
}

interface SegmentRowProps extends SegmentRowsProps {
  row: PriceRow;
  index: number;
  errorKey: string;
  change: (work: (rows: PriceRow[]) => PriceRow[]) => void;
}

const SegmentRow = memo(
  function SegmentRow(props: SegmentRowProps) {
    const { path, row, index, errors, hasTiers, isInternational, isReadOnly, change } = props;
    const { t, term, language } = useWords();
    const here = [...path, index];
    const segmentPath = [...here, "segment"];
    const pricePath = [...here, "tiers", 0, "unit_price"];
    const name = isInternational
      ? row.segment === "" || row.segment === null
        ? t("processes.form.prices.row", { row: index + 1 })
        : countryName(row.segment, language)
      : term("operator", row.segment);
    const set = (after: Partial<PriceRow>) =>
      change((before) => before.map((each, at) => (at === index ? { ...each, ...after } : each)));
    return (
      <tr data-row={index}>
        <td className="cell-title cell-segment">
          {isInternational ? (
            <CountryChoice
              id={idOf(segmentPath)}
              label={t("processes.form.prices.country_of", { row: index + 1 })}
              value={row.segment ?? ""}
              isWrong={errorsAt(errors, segmentPath).length > 0}
              isReadOnly={isReadOnly}
              onChange={(segment) => set({ segment })}
            />
          ) : (
            name
          )}
          <FieldError path={segmentPath} errors={errors} />
        </td>
        <td data-label={hasTiers ? t("processes.form.prices.tiers") : t("processes.form.prices.unit_price")}>
          {hasTiers ? (
            <TierTable
              path={[...here, "tiers"]}
              tiers={row.tiers}
              onChange={(tiers) => set({ tiers })}
              errors={errors}
              isReadOnly={isReadOnly}
              label={name}
            />
          ) : (
            <>
              <FigureInput
                id={idOf(pricePath)}
                label={t("processes.form.prices.price_of", { name, tier: 1 })}
                prefix="¥"
                disabled={isReadOnly}
                status={errorsAt(errors, pricePath).length > 0 ? "error" : undefined}
                value={row.tiers[0]?.unit_price}
                onChange={(unit_price) => set({ tiers: [{ up_to: null, unit_price }] })}
              />
              <FieldError path={pricePath} errors={errors} />
              <FieldError path={[...here, "tiers"]} errors={errors} />
            </>
          )}
        </td>
        {!isReadOnly && (
          <td className="cell-actions">
            <Button
              type="text"
              icon={<DeleteOutlined />}
              aria-label={t("processes.form.prices.remove_row", { name })}
              onClick={() => change((before) => before.toSpliced(index, 1))}
            />
          </td>
        )}
      </tr>
    );
  },
  (before, after) =>
    before.row === after.row &&
    before.index === after.index &&
    before.errorKey === after.errorKey &&
    before.hasTiers === after.hasTiers &&
    before.isInternational === after.isInternational &&
    before.isReadOnly === after.isReadOnly,
);

interface CountryChoiceProps {
  id: string;
  label: string;
  value: string;
  isWrong: boolean;
  isReadOnly: boolean;
  onChange: (country: string) => void;
}

/** A row's country: its name, and a choice among all once one asks for it. Hundreds of open choices would make typing slow. */
function CountryChoice({ id, label, value, isWrong, isReadOnly, onChange }: CountryChoiceProps) {
  const { t, language } = useWords();
  const [isChoosing, setChoosing] = useState(false);
  if (value !== "" && !isChoosing) {
    return (
      <button
        type="button"
        id={id}
        className={isWrong ? "form-country form-country-wrong" : "form-country"}
        aria-label={labelled(label, countryName(value, language))}
        disabled={isReadOnly}
        onClick={() => setChoosing(true)}
      >
        {countryName(value, language)} <span className="quiet">{value}</span>
      </button>
    );
  }
  return (
    <Select
      id={id}
      aria-label={label}
      autoFocus={isChoosing}
      defaultOpen={isChoosing}
      showSearch={{ optionFilterProp: "label" }}
      status={isWrong ? "error" : undefined}
      disabled={isReadOnly}
      placeholder={t("processes.form.prices.choose_country")}
      value={value || undefined}
      onBlur={() => setChoosing(false)}
      onChange={(country: string) => {
        setChoosing(false);
        onChange(country);
      }}
      options={COUNTRIES.map((code) => ({ value: code, label: `${countryName(code, language)} ${code}` }))}
      style={{ width: "100%" }}
    />
  );
}
