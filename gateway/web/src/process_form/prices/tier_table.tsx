import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button } from "antd";
import type { ClipboardEvent } from "react";
import type { FieldPath } from "../../api/problem";
import { amount, quantity } from "../../format/figures";
import { useWords } from "../../words";
import { ActionsHead } from "../actions_head";
import { errorsAt, type FieldErrors, textOf } from "../field";
import { FieldError, idOf } from "../field_frame";
import { FigureInput, figureOf } from "../figure_input";
import { pasteCells } from "../paste";
import { type Tier, withoutTier, withTier } from "./price_rows";

interface TierTableProps {
  /** Of the tiers in the form: `["prices", 0, "tiers"]`. */
  path: FieldPath;
  tiers: Tier[];
  onChange: (tiers: Tier[]) => void;
  errors: FieldErrors;
  isReadOnly: boolean;
  /** For whom: an operator's name. */
  label: string;
}

const TIERS_MAX = 50;

/** Above the bound before, up to and including one's own; the last has none. */
export function TierTable({ path, tiers, onChange, errors, isReadOnly, label }: TierTableProps) {
  const { t } = useWords();
  const set = (index: number, change: Partial<Tier>) =>
    onChange(tiers.map((tier, at) => (at === index ? { ...tier, ...change } : tier)));

  /** Two columns, bound and price; what has a bound too many is the last. */
  const paste = (event: ClipboardEvent<HTMLElement>) =>
    pasteCells(event, (cells) => {
      if ((cells[0]?.length ?? 0) < 2) {
        return false;
      }
      const rows = cells.slice(0, TIERS_MAX).map(([bound = "", price = ""]) => ({
        up_to: figureOf(bound, true) ?? null,
        unit_price: figureOf(price, false),
      }));
      onChange(rows.map((row, at) => (at === rows.length - 1 ? { ...row, up_to: null } : row)));
      return true;
    });

  return (
    <div className="form-grid form-tiers" onPaste={paste}>
      <table aria-label={t("processes.form.prices.tiers_of", { name: label })}>
        <thead>
          <tr>
            <th scope="col">{t("processes.form.prices.above")}</th>
            <th scope="col">{t("processes.form.prices.up_to")}</th>
            <th scope="col">{t("processes.form.prices.unit_price")}</th>
            {!isReadOnly && <ActionsHead />}
          </tr>
        </thead>
        <tbody>
          {tiers.map((tier, index) => {
            const bound = [...path, index, "up_to"];
            const price = [...path, index, "unit_price"];
            const isLast = index === tiers.length - 1;
            const before = tiers[index - 1]?.up_to;
            return (
              // biome-ignore lint/suspicious/noArrayIndexKey: a tier has nothing of its own but its place
              <tr key={index}>
                <td data-label={t("processes.form.prices.above")} className="figure">
                  {index === 0 ? "0" : typeof before === "number" ? quantity(before) : "–"}
                </td>
                <td data-label={t("processes.form.prices.up_to")}>
                  {isLast ? (
                    <span className="quiet">{t("processes.form.prices.no_bound")}</span>
                  ) : (
                    <FigureInput
                      id={idOf(bound)}
                      label={t("processes.form.prices.up_to_of", { name: label, tier: index + 1 })}
                      isWhole
                      disabled={isReadOnly}
                      status={errorsAt(errors, bound).length > 0 ? "error" : undefined}
                      value={tier.up_to}
                      onChange={(entered) => set(index, { up_to: entered })}
                    />
                  )}
                  <FieldError path={bound} errors={errors} />
                </td>
                <td data-label={t("processes.form.prices.unit_price")}>
                  <FigureInput
                    id={idOf(price)}
                    label={t("processes.form.prices.price_of", { name: label, tier: index + 1 })}
                    disabled={isReadOnly}
                    prefix="¥"
                    status={errorsAt(errors, price).length > 0 ? "error" : undefined}
                    value={tier.unit_price}
                    onChange={(entered) => set(index, { unit_price: entered })}
                  />
                  <FieldError path={price} errors={errors} />
                </td>
                {!isReadOnly && (
                  <td className="cell-actions">
                    <Button
                      type="text"
                      icon={<DeleteOutlined />}
                      disabled={tiers.length === 1}
                      aria-label={t("processes.form.prices.remove_tier", { name: label, tier: index + 1 })}
                      onClick={() => onChange(withoutTier(tiers, index))}
                    />
                  </td>
                )}
              </tr>
            );
          })}
        </tbody>
      </table>
      <FieldError path={path} errors={errors} />
      {!isReadOnly && (
        <div className="form-grid-foot">
          <Button
            type="dashed"
            size="small"
            icon={<PlusOutlined />}
            disabled={tiers.length >= TIERS_MAX}
            onClick={() => onChange(withTier(tiers))}
          >
            {t("processes.form.prices.add_tier")}
          </Button>
          <span className="quiet">{tiersInWords(tiers)}</span>
        </div>
      )}
    </div>
  );
}

/** The prices at a glance: `0.05 → 0.045 → 0.04`. */
function tiersInWords(tiers: Tier[]): string {
  return tiers.length < 2 ? "" : tiers.map(({ unit_price }) => amount(textOf(unit_price), 0)).join(" → ");
}
