import { Segmented } from "antd";
import { useEffect, useMemo, useRef } from "react";
import { useWords } from "../../words";
import { errorsAt, type FieldProps, textOf } from "../field";
import { FieldError, idOf } from "../field_frame";
import { FigureInput } from "../figure_input";
import { PriceCalculator } from "./price_calculator";
import { PriceListUpload } from "./price_list_upload";
import { type PriceRow, priceRows, rowsFor, type Scope, withOneTier } from "./price_rows";
import { SegmentRows } from "./segment_rows";
import { TierTable } from "./tier_table";
import "../grid.css";
import "./prices.css";

const KINDS = ["unified", "stage", "tiered"] as const;
type Kind = (typeof KINDS)[number];

/** A price table: for all together, by operator or by country, each with one price or with tiers; beside it what it would cost. */
export function PricesField(props: FieldProps) {
  const { value, onChange, values, setValue, subject, path, errors, isReadOnly } = props;
  const { t } = useWords();
  const rows = useMemo(() => priceRows(value), [value]);
  const kind: Kind = KINDS.find((each) => each === values.kind) ?? "unified";
  const isInternational = subject.product?.type === "international_sms";
  const isSoldOnce = subject.product?.type === "software";
  const scope: Scope = rows.some(({ segment }) => segment !== null) ? "segments" : "all";
  useTiersOfKind(kind, rows, onChange);
  const scopes = [
    { value: "all" as const, label: t("processes.form.prices.all") },
    {
      value: "segments" as const,
      label: isInternational ? t("processes.form.prices.by_country") : t("processes.form.prices.by_operator"),
    },
  ];
  const only = rows[0];
  const onlyPrice = [...path, 0, "tiers", 0, "unit_price"];
  return (
    // Tiers of several segments need the whole width: what they would cost stands under them.
    <div className={scope === "segments" && kind !== "unified" ? "form-prices form-prices-wide" : "form-prices"}>
      <div className="form-prices-table">
        {!isSoldOnce && !isReadOnly && (
          <div className="form-bar">
            <Segmented<Scope>
              value={scope}
              options={scopes}
              aria-label={t("processes.form.prices.scope")}
              onChange={(chosen) => onChange(rowsFor(chosen, rows, isInternational))}
            />
            <PriceListUpload
              onTaken={(list) => {
                setValue("kind", list.kind);
                onChange(list.prices);
                if (list.valid_from !== null) {
                  setValue("valid_from", list.valid_from);
                }
                if (list.valid_to !== null) {
                  setValue("valid_to", list.valid_to);
                }
              }}
            />
          </div>
        )}
        {scope === "segments" ? (
          <SegmentRows
            path={path}
            rows={rows}
            onChange={onChange}
            errors={errors}
            hasTiers={kind !== "unified"}
            isInternational={isInternational}
            isReadOnly={isReadOnly}
          />
        ) : kind === "unified" ? (
          <div className="form-one-price">
            <FigureInput
              id={idOf(onlyPrice)}
              label={t("processes.form.prices.unit_price")}
              prefix="¥"
              suffix={isSoldOnce ? undefined : t("processes.form.prices.per_message")}
              disabled={isReadOnly}
              status={errorsAt(errors, onlyPrice).length > 0 ? "error" : undefined}
              value={only?.tiers[0]?.unit_price}
              onChange={(unit_price) => onChange([{ segment: null, tiers: [{ up_to: null, unit_price }] }])}
            />
            <FieldError path={onlyPrice} errors={errors} />
          </div>
        ) : (
          <TierTable
            path={[...path, 0, "tiers"]}
            tiers={only?.tiers ?? []}
            onChange={(tiers) => onChange([{ segment: null, tiers }])}
            errors={errors}
            isReadOnly={isReadOnly}
            label={t("processes.form.prices.all")}
          />
        )}
      </div>
      {subject.type === "product" && !isSoldOnce && (
        <PriceCalculator
          productId={subject.id}
          kind={kind}
          rows={rows}
          day={textOf(values.valid_from) || undefined}
          isInternational={isInternational}
        />
      )}
    </div>
  );
}

/** A unified price has one tier a row. Tiers that a change of the kind takes away come back with it. */
function useTiersOfKind(kind: Kind, rows: PriceRow[], onChange: (rows: PriceRow[]) => void): void {
  const withTiers = useRef<PriceRow[]>(undefined);
  const before = useRef(kind);
  useEffect(() => {
    if (before.current === kind) {
      return;
    }
    const wasUnified = before.current === "unified";
    before.current = kind;
    if (kind === "unified" && rows.some(({ tiers }) => tiers.length > 1)) {
      withTiers.current = rows;
      onChange(withOneTier(rows));
    } else if (wasUnified && withTiers.current?.length === rows.length) {
      onChange(withTiers.current);
      withTiers.current = undefined;
    }
  }, [kind, rows, onChange]);
}
