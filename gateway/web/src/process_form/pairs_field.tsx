/**
 * The field of 销账 that joins receipts to bills: both lists side by side, each scrolling in itself, with totals that stay in
 * sight and add up as one types.
 */
import { Alert, Button, Skeleton } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { EmptyState, ProblemState } from "../shell/states";
import { useWords } from "../words";
import { type NamedPair, PAIRS_MAX, type Pair, tally, withHeld } from "./allocation";
import { type FieldErrors, type FieldProps, keyOf, rowsOf, textOf } from "./field";
import { type OpenBill, type OpenReceipt, useOpenSides } from "./open_sides";
import { PairsBoard } from "./pairs_board";
import { PairsShown } from "./pairs_shown";
import "./pairs_field.css";

function pairsOf(value: unknown): NamedPair[] {
  return rowsOf(value).map((row) => ({
    receipt_id: textOf(row.receipt_id),
    bill_id: textOf(row.bill_id),
    amount: textOf(row.amount),
    payer_name: textOf(row.payer_name),
    bill_number: textOf(row.bill_number),
  }));
}

export function PairsField({ value, onChange, path, errors, subject, isReadOnly, id }: FieldProps) {
  const pairs = pairsOf(value);
  if (isReadOnly) {
    return <PairsShown pairs={pairs} />;
  }
  return (
    <PairsEntered
      key={subject.customerId}
      id={id}
      customerId={subject.customerId}
      pairs={pairs}
      onChange={onChange}
      errorsOf={(index) => errorsOfLine(errors, keyOf([...path, index]))}
    />
  );
}

function errorsOfLine(errors: FieldErrors, key: string): string[] {
  return Object.entries(errors).flatMap(([each, messages]) =>
    each === key || each.startsWith(`${key}.`) ? [...messages] : [],
  );
}

interface PairsEnteredProps {
  id: string;
  customerId: string;
  pairs: NamedPair[];
  onChange: (pairs: Pair[]) => void;
  errorsOf: (index: number) => string[];
}

function PairsEntered({ id, customerId, pairs, onChange, errorsOf }: PairsEnteredProps) {
  const { t } = useWords();
  // What was named by payments is held by this very process, which has come back: it may be given anew.
  const [held] = useState(() => pairs.filter(({ payer_name }) => payer_name !== ""));
  const sides = useOpenSides(customerId);
  if (sides.error !== null) {
    return <ProblemState error={sides.error} onRetry={sides.readAgain} />;
  }
  if (sides.isPending) {
    return <Skeleton active title={false} paragraph={{ rows: 8 }} />;
  }
  const receipts = withHeld(sides.receipts, held, "receipt_id").filter(({ limit }) => limit > 0n);
  const bills = withHeld(sides.bills, held, "bill_id").filter(({ limit }) => limit > 0n);
  if (receipts.length === 0 || bills.length === 0) {
    return receipts.length === 0 ? (
      <EmptyState
        words={t("payments.pairs.no_receipts")}
        action={<Link to="/receipts?state=unmatched">{t("payments.pairs.to_pool")}</Link>}
      />
    ) : (
      <EmptyState
        words={t("payments.pairs.no_bills")}
        action={<Link to={`/bills?customer_id=${customerId}`}>{t("payments.pairs.to_bills")}</Link>}
      />
    );
  }
  const gone = goneFrom(pairs, receipts, bills);
  return (
    <div id={id} className="pairs">
      {gone.length > 0 && !sides.hasMore && (
        <Alert
          type="warning"
          showIcon
          title={t("payments.pairs.gone", { count: gone.length })}
          action={
            <Button size="small" onClick={() => onChange(pairs.filter((pair) => !gone.includes(pair)))}>
              {t("payments.pairs.remove_gone")}
            </Button>
          }
        />
      )}
      {pairs.length > PAIRS_MAX && (
        <Alert type="error" showIcon title={t("payments.pairs.too_many", { max: PAIRS_MAX })} />
      )}
      <PairsBoard
        receipts={receipts}
        bills={bills}
        pairs={pairs}
        tallies={tally(pairs, receipts, bills)}
        onChange={onChange}
        errorsOf={errorsOf}
      />
      {sides.hasMore && (
        <Button block loading={sides.isLoadingMore} onClick={sides.more}>
          {t("payments.pairs.more")}
        </Button>
      )}
    </div>
  );
}

/** The lines of a draft whose receipt or bill has been used elsewhere since. */
function goneFrom(pairs: NamedPair[], receipts: OpenReceipt[], bills: OpenBill[]): NamedPair[] {
  const receiptIds = new Set(receipts.map(({ id }) => id));
  const billIds = new Set(bills.map(({ id }) => id));
  return pairs.filter(({ receipt_id, bill_id }) => !receiptIds.has(receipt_id) || !billIds.has(bill_id));
}
