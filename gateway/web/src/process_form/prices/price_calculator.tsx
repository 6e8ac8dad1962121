import { Select } from "antd";
import { useState } from "react";
import type { Schemas } from "../../api/client";
import { asProblem } from "../../api/problem";
import { amount, fenOf, money, quantity } from "../../format/figures";
import { useWords } from "../../words";
import { FigureInput } from "../figure_input";
import { type PriceRow, quotable } from "./price_rows";
import { countryName } from "./segments";
import { useQuote } from "./use_quote";

type Quote = Schemas["PriceQuote"];
type Kind = NonNullable<Schemas["PriceQuoteRequest"]["kind"]>;

interface PriceCalculatorProps {
  productId: string;
  kind: Kind;
  rows: PriceRow[];
  /** From when the price is to hold; without it, today. */
  day: string | undefined;
  isInternational: boolean;
}

const VOLUME = 100_000;
const VOLUME_MAX = 1_000_000_000_000;

/** What volumes would cost under what is entered, line by line, and beside it under the price in force. */
export function PriceCalculator({ productId, kind, rows, day, isInternational }: PriceCalculatorProps) {
  const { t, term, language } = useWords();
  const [volumes, setVolumes] = useState<Record<string, number | undefined>>({});
  const [country, setCountry] = useState<string>();
  const prices = quotable(rows);
  const nameOf = (segment: string | null) =>
    segment === null
      ? t("processes.form.prices.all")
      : isInternational
        ? countryName(segment, language)
        : term("operator", segment);
  const first = prices[0]?.segment ?? null;
  const isTable = first !== null;
  // Hundreds of countries are not asked for at once: one at a time.
  const asked = prices
    .map(({ segment }) => segment)
    .filter((segment) => !isInternational || !isTable || segment === (country ?? first));
  const isWhole = prices.length > 0 && prices.length === rows.length;
  const quote = useQuote(
    {
      product_id: productId,
      day: day ?? null,
      kind,
      prices,
      volumes: asked.map((segment) => ({ segment, quantity: volumes[segment ?? ""] ?? VOLUME })),
    },
    isWhole,
  );
  return (
    <section className="form-calculator" aria-label={t("processes.form.prices.calculator")}>
      <h2>{t("processes.form.prices.calculator")}</h2>
      {isWhole ? (
        <>
          {isInternational && isTable && (
            <Select
              aria-label={t("processes.form.prices.country")}
              showSearch={{ optionFilterProp: "label" }}
              value={country ?? first}
              onChange={(chosen: string | null) => setCountry(chosen ?? undefined)}
              options={prices.map(({ segment }) => ({ value: segment, label: nameOf(segment) }))}
            />
          )}
          {asked.map((segment) => (
            <div key={segment ?? ""} className="form-volume">
              <label htmlFor={`volume-${segment ?? "all"}`}>
                {isTable ? nameOf(segment) : t("processes.form.prices.volume")}
              </label>
              <FigureInput
                id={`volume-${segment ?? "all"}`}
                isWhole
                value={volumes[segment ?? ""] ?? VOLUME}
                suffix={t("processes.form.prices.messages")}
                onChange={(entered) => {
                  const isVolume = typeof entered === "number" && entered >= 0 && entered <= VOLUME_MAX;
                  setVolumes({ ...volumes, [segment ?? ""]: isVolume ? entered : 0 });
                }}
              />
            </div>
          ))}
          {quote.error !== null ? (
            <p className="form-error">{asProblem(quote.error).message}</p>
          ) : (
            quote.data && <Lines quote={quote.data} nameOf={nameOf} isTable={isTable} />
          )}
        </>
      ) : (
        <p className="quiet">{t("processes.form.prices.calculator_waits")}</p>
      )}
    </section>
  );
}

function Lines({
  quote,
  nameOf,
  isTable,
}: {
  quote: Quote;
  nameOf: (segment: string | null) => string;
  isTable: boolean;
}) {
  const { t } = useWords();
  const difference = fenOf(quote.difference ?? "");
  return (
    <div aria-live="polite">
      <table className="form-lines">
        <tbody>
          {quote.lines.map((line) => (
            <tr key={`${line.segment} ${line.tier}`}>
              <th scope="row">
                {isTable && <span>{nameOf(line.segment)} </span>}
                <span className="quiet">
                  {quantity(line.quantity)} × {amount(line.unit_price, 0)}
                </span>
              </th>
              <td className="figure">{money(line.amount)}</td>
            </tr>
          ))}
          <tr className="form-lines-total">
            <th scope="row">{t("processes.form.prices.total")}</th>
            <td className="figure">{money(quote.amount)}</td>
          </tr>
          {quote.in_force !== null && (
            <tr>
              <th scope="row" className="quiet">
                {t("processes.form.prices.in_force")}
              </th>
              <td className="figure">{quote.in_force.amount === null ? "–" : money(quote.in_force.amount)}</td>
            </tr>
          )}
          {difference !== null && (
            <tr>
              <th scope="row" className="quiet">
                {t("processes.form.prices.difference")}
              </th>
              <td className={difference < 0n ? "figure loss" : "figure gain"}>
                {difference > 0n && "+"}
                {money(quote.difference)}
              </td>
            </tr>
          )}
        </tbody>
      </table>
      {quote.below_floor && <p className="form-warning">{t("processes.form.prices.below_floor")}</p>}
    </div>
  );
}
