import { ClearOutlined, OrderedListOutlined } from "@ant-design/icons";
import { App, Button, Input } from "antd";
import { useState } from "react";
import { dayOf } from "../format/dates";
import { money, ofFen } from "../format/figures";
import { useWords } from "../words";
import {
  allocateOldestFirst,
  mostFor,
  type NamedPair,
  type Pair,
  type Tallies,
  typedAmount,
  withAmount,
} from "./allocation";
import { BillRow } from "./bill_row";
import type { OpenBill, OpenReceipt } from "./open_sides";
import { ReceiptRow } from "./receipt_row";

interface PairsBoardProps {
  receipts: OpenReceipt[];
  bills: OpenBill[];
  pairs: NamedPair[];
  tallies: Tallies;
  onChange: (pairs: Pair[]) => void;
  /** What is wrong with a line, by its place. */
  errorsOf: (index: number) => string[];
}

/** From so many rows on, a list can be searched. */
const SEARCHED_FROM = 8;

export function PairsBoard({ receipts, bills, pairs, tallies, onChange, errorsOf }: PairsBoardProps) {
  const { t } = useWords();
  const { message } = App.useApp();
  const [chosenId, setChosenId] = useState(pairs[0]?.receipt_id);
  const [receiptText, setReceiptText] = useState("");
  const [billText, setBillText] = useState("");
  const chosen = receipts.find(({ id }) => id === chosenId) ?? receipts[0];
  if (chosen === undefined) {
    return null;
  }

  const tell = (next: Pair[]) =>
    onChange(next.map(({ receipt_id, bill_id, amount }) => ({ receipt_id, bill_id, amount })));
  const enter = (billId: string, amount: string) => tell(withAmount(pairs, chosen.id, billId, amount));
  const daysOfReceipts = new Map(receipts.map(({ id, receipt }) => [id, dayOf(receipt.received_at)]));
  const problems = pairs.map((_, index) => errorsOf(index));

  function allocate(given: OpenReceipt[]) {
    const next = allocateOldestFirst(given, bills, pairs);
    if (next === pairs) {
      message.info(t("payments.pairs.nothing_left"));
    }
    tell(next);
  }

  const shownReceipts = receipts.filter(({ receipt }) =>
    isFound(receiptText, receipt.payer_name, receipt.remark, receipt.reference, receipt.amount),
  );
  const shownBills = bills.filter(({ receivable }) =>
    isFound(billText, receivable.number, receivable.product_name, receivable.month, receivable.amount),
  );
  return (
    <div className="pairs-board">
      <div className="pairs-bar">
        <Button icon={<OrderedListOutlined />} onClick={() => allocate(receipts)}>
          {t("payments.pairs.oldest_first")}
        </Button>
        <Button icon={<ClearOutlined />} disabled={pairs.length === 0} onClick={() => tell([])}>
          {t("payments.pairs.clear")}
        </Button>
        <span className="quiet">{t("payments.pairs.how")}</span>
      </div>
      <section className="pairs-side" aria-label={t("payments.pairs.receipts")}>
        <header>
          <h2>{t("payments.pairs.receipts")}</h2>
          {receipts.length >= SEARCHED_FROM && (
            <Input
              allowClear
              size="small"
              aria-label={t("payments.pairs.find_receipt")}
              placeholder={t("payments.pairs.find_receipt")}
              value={receiptText}
              onChange={({ target }) => setReceiptText(target.value)}
            />
          )}
        </header>
        <ul>
          {shownReceipts.map((each) => (
            <ReceiptRow
              key={each.id}
              receipt={each.receipt}
              tally={tallies.receipts.get(each.id)}
              isChosen={each.id === chosen.id}
              isWrong={pairs.some(({ receipt_id }, at) => receipt_id === each.id && problems[at]?.length)}
              onChoose={() => setChosenId(each.id)}
            />
          ))}
        </ul>
      </section>
      <section className="pairs-side" aria-label={t("payments.pairs.bills")}>
        <header>
          <h2>{t("payments.pairs.bills_for", { payer: chosen.receipt.payer_name })}</h2>
          <Button size="small" type="link" onClick={() => allocate([chosen])}>
            {t("payments.pairs.this_receipt")}
          </Button>
          {bills.length >= SEARCHED_FROM && (
            <Input
              allowClear
              size="small"
              aria-label={t("payments.pairs.find_bill")}
              placeholder={t("payments.pairs.find_bill")}
              value={billText}
              onChange={({ target }) => setBillText(target.value)}
            />
          )}
        </header>
        <ul>
          {shownBills.map((bill) => {
            const at = pairs.findIndex((pair) => pair.receipt_id === chosen.id && pair.bill_id === bill.id);
            return (
              <BillRow
                key={bill.id}
                receivable={bill.receivable}
                tally={tallies.bills.get(bill.id)}
                amount={pairs[at]?.amount ?? ""}
                isReceiptOver={(tallies.receipts.get(chosen.id)?.left ?? 0n) < 0n}
                payer={chosen.receipt.payer_name}
                problems={problems[at] ?? []}
                others={pairs
                  .filter(({ receipt_id, bill_id }) => bill_id === bill.id && receipt_id !== chosen.id)
                  .map(({ receipt_id, amount }) => ({
                    id: receipt_id,
                    date: daysOfReceipts.get(receipt_id) ?? "",
                    amount,
                  }))}
                onEnter={(text) => enter(bill.id, typedAmount(text))}
                onFill={() => {
                  const most = mostFor(pairs, chosen, bill);
                  enter(bill.id, most > 0n ? ofFen(most) : "");
                }}
                onChooseReceipt={setChosenId}
              />
            );
          })}
        </ul>
      </section>
      <Totals tallies={tallies} lines={pairs.length} />
    </div>
  );
}

function isFound(text: string, ...where: string[]): boolean {
  const wanted = text.trim().toLowerCase();
  return wanted === "" || where.some((each) => each.toLowerCase().includes(wanted));
}

/** What it all comes to; always in sight. */
function Totals({ tallies, lines }: { tallies: Tallies; lines: number }) {
  const { t } = useWords();
  const sum = (of: "limit" | "left", sides: Tallies["receipts"]) =>
    money(ofFen([...sides.values()].reduce((total, side) => total + side[of], 0n)));
  return (
    <footer className="pairs-totals" aria-live="polite">
      <span>
        {t("payments.pairs.receipts_left")} <b className="figure">{sum("left", tallies.receipts)}</b>
        <span className="quiet figure"> / {sum("limit", tallies.receipts)}</span>
      </span>
      <span>
        {t("payments.pairs.bills_left")} <b className="figure">{sum("left", tallies.bills)}</b>
        <span className="quiet figure"> / {sum("limit", tallies.bills)}</span>
      </span>
      <span className="pairs-total">
        {tallies.overCount > 0 && (
          <span className="loss">{t("payments.pairs.over_count", { count: tallies.overCount })}</span>
        )}
        {tallies.unreadCount > 0 && (
          <span className="loss">{t("payments.pairs.unread_count", { count: tallies.unreadCount })}</span>
        )}
        <span className="quiet">{t("payments.pairs.lines", { count: lines })}</span>
        {t("payments.pairs.total")} <strong className="figure">{money(ofFen(tallies.total))}</strong>
      </span>
    </footer>
  );
}
