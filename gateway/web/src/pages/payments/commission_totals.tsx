import type { ReactNode } from "react";
import type { Schemas } from "../../api/client";
import { fenOf, money, ofFen } from "../../format/figures";
import { useWords } from "../../words";

/** What a month's commission adds up from. */
export function CommissionTotals({ totals }: { totals: Schemas["CommissionTotals"] }) {
  const { t } = useWords();
  const parts: { name: string; value: string; sign?: "+" | "−"; note?: ReactNode }[] = [
    {
      name: t("payments.commission.earned"),
      value: totals.earned,
      note:
        totals.by_balances === "0.00"
          ? undefined
          : t("payments.commission.by_balances", { amount: money(totals.by_balances) }),
    },
    { name: t("payments.commission.credits"), value: totals.interest_credits, sign: "+" },
    { name: t("payments.commission.penalties"), value: totals.penalties, sign: "−" },
    { name: t("payments.commission.reversed"), value: totals.reversed, sign: "−" },
  ];
  return (
    <section className="totals" aria-label={t("payments.commission.total")}>
      <div className="totals-part totals-sum">
        <span className="quiet">{t("payments.commission.total")}</span>
        <strong className={`figure ${isBelowZero(totals.commission) ? "loss" : ""}`}>{money(totals.commission)}</strong>
      </div>
      {parts.map(({ name, value, sign, note }) => (
        <div key={name} className="totals-part">
          <span className="quiet">
            {sign && <span aria-hidden>{sign} </span>}
            {name}
          </span>
          <b className="figure">{money(value)}</b>
          {note && <small className="quiet">{note}</small>}
        </div>
      ))}
      <div className="totals-part totals-profit">
        <span className="quiet">{t("payments.commission.profit")}</span>
        <b className="figure">{money(totals.profit)}</b>
        <small className="quiet figure">
          {t("payments.commission.profit_note", {
            written_off: money(totals.written_off),
            cost: money(totals.cost),
          })}
        </small>
      </div>
    </section>
  );
}

export function isBelowZero(value: string): boolean {
  return value.startsWith("-");
}

/** An amount with its sign; below zero it is marked. */
export function Signed({ value }: { value: string }) {
  const fen = fenOf(value) ?? 0n;
  return <span className={`figure ${fen < 0n ? "loss" : ""}`}>{money(ofFen(fen))}</span>;
}
