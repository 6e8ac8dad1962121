import { Button, Input } from "antd";
import type { KeyboardEvent } from "react";
import type { Schemas } from "../api/client";
import { daysBetween, today } from "../format/dates";
import { money, ofFen, totalOf } from "../format/figures";
import { useWords } from "../words";
import { amountOf, type Tally } from "./allocation";
import { Bar } from "./receipt_row";

/** So many other receipts are told one by one. */
const OTHERS_MAX = 2;

interface BillRowProps {
  receivable: Schemas["Receivable"];
  tally: Tally | undefined;
  /** What the chosen receipt gives to it, as it was typed. */
  amount: string;
  /** Who paid the chosen receipt: whose money the amount is. */
  payer: string;
  /** Whether the chosen receipt gives more than it has. */
  isReceiptOver: boolean;
  problems: string[];
  /** What other receipts give to it. */
  others: { id: string; date: string; amount: string }[];
  onEnter: (text: string) => void;
  onFill: () => void;
  onChooseReceipt: (receiptId: string) => void;
}

/** A bill with the amount that the chosen receipt gives to it. */
export function BillRow(props: BillRowProps) {
  const { receivable, tally, amount, payer, isReceiptOver, problems, others, onEnter, onFill, onChooseReceipt } = props;
  const { t } = useWords();
  const { limit = 0n, left = 0n } = tally ?? {};
  const isUnread = amount !== "" && amountOf(amount) === null;
  const isWrong = isUnread || problems.length > 0 || ((left < 0n || isReceiptOver) && amount !== "");
  const overdue = daysBetween(receivable.due_on, today());
  return (
    <li className="pairs-row">
      <div className="pairs-bill">
        <span className="pairs-line">
          <span className="pairs-name" title={receivable.number}>
            {receivable.month} {receivable.product_name}
          </span>
          <span className="figure">{money(ofFen(limit))}</span>
        </span>
        <span className="pairs-line quiet">
          <span className="pairs-name">
            {overdue > 0 ? (
              <span className="loss">{t("payments.overdue_days", { count: overdue })}</span>
            ) : (
              t("payments.due_on", { date: receivable.due_on })
            )}
            {" · "}
            {receivable.number.split("-").at(-1)}
          </span>
          <span className="figure">
            {left < 0n ? (
              <strong className="loss">{t("payments.pairs.over_by", { amount: money(ofFen(-left)) })}</strong>
            ) : left === 0n ? (
              t("payments.pairs.paid")
            ) : (
              t("payments.pairs.owing", { amount: money(ofFen(left)) })
            )}
          </span>
        </span>
        <Bar tally={tally} />
        {others.length > 0 && (
          <span className="pairs-others quiet">
            {others.slice(0, OTHERS_MAX).map(({ id, date, amount: given }) => (
              <Button key={id} type="link" size="small" onClick={() => onChooseReceipt(id)}>
                {t("payments.pairs.from_another", { date, amount: money(given) })}
              </Button>
            ))}
            {others.length > OTHERS_MAX &&
              t("payments.pairs.from_all", {
                count: others.length,
                amount: money(totalOf(others.map(({ amount: given }) => given))),
              })}
          </span>
        )}
        {isUnread && <span className="loss">{t("payments.pairs.unread")}</span>}
        {problems.map((problem) => (
          <span key={problem} className="loss">
            {problem}
          </span>
        ))}
      </div>
      <Input
        className="pairs-input figure"
        inputMode="decimal"
        autoComplete="off"
        allowClear
        value={amount}
        status={isWrong ? "error" : undefined}
        placeholder="0.00"
        aria-label={t("payments.pairs.amount_for", { bill: receivable.number, payer })}
        aria-invalid={isWrong}
        onChange={({ target }) => onEnter(target.value)}
        onKeyDown={goToNextRow}
      />
      <Button onClick={onFill} aria-label={t("payments.pairs.fill_label", { bill: receivable.number })}>
        {t("payments.pairs.fill")}
      </Button>
    </li>
  );
}

/** Enter and the arrows go from amount to amount, as in a sheet. */
function goToNextRow(event: KeyboardEvent<HTMLInputElement>) {
  const step = { Enter: 1, ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined || event.nativeEvent.isComposing) {
    return;
  }
  event.preventDefault();
  const inputs = [...(event.currentTarget.closest("ul")?.querySelectorAll<HTMLInputElement>("li input") ?? [])];
  const next = inputs[inputs.indexOf(event.currentTarget) + step];
  next?.focus();
  next?.select();
}
