import { useMemo } from "react";
import { Link } from "react-router";
import { minuteOf } from "../../format/dates";
import { money } from "../../format/figures";
import type { Filter } from "../../list/filters";
import type { Column, RowOf } from "../../list/record_list";
import { customerFilter } from "../../pick/customer_filter";
import { StateTag } from "../../shell/state_tag";
import { useWords } from "../../words";
import { useSaid } from "./said";
import { Words } from "./words";

export type Receipt = RowOf<"/api/v1/receipts">;

const STATES = ["unmatched", "ambiguous", "matched", "used"] as const;

export function useReceiptColumns(): Column<Receipt>[] {
  const { t, term } = useWords();
  const said = useSaid();
  return useMemo<Column<Receipt>[]>(
    () => [
      {
        key: "payer",
        title: t("payments.receipts.payer"),
        width: 210,
        sort: "payer_name",
        show: (receipt) => receipt.payer_name,
        onPhone: "title",
      },
      {
        key: "state",
        title: t("payments.state"),
        width: 104,
        show: (receipt) => <StateTag of="receipt_state" state={receipt.state} />,
        onPhone: "corner",
      },
      {
        key: "amount",
        title: t("payments.receipts.amount"),
        width: 118,
        align: "right",
        sort: "amount",
        show: (receipt) => <span className="figure">{money(receipt.amount)}</span>,
        onPhone: "line",
      },
      {
        key: "balance",
        title: t("payments.receipts.balance"),
        width: 112,
        align: "right",
        show: (receipt) => <span className="figure">{money(receipt.balance)}</span>,
        onPhone: "line",
      },
      {
        key: "received_at",
        title: t("payments.receipts.received_at"),
        width: 144,
        sort: "received_at",
        show: (receipt) => <span className="figure">{minuteOf(receipt.received_at)}</span>,
        onPhone: "text",
      },
      {
        key: "customer",
        title: t("payments.customer"),
        width: 180,
        show: (receipt) =>
          receipt.customer_id === null ? (
            <span className="quiet">–</span>
          ) : (
            <Link to={`/customers/${receipt.customer_id}`} onClick={(event) => event.stopPropagation()}>
              {receipt.customer_name}
            </Link>
          ),
        onPhone: "text",
      },
      {
        key: "reason",
        title: t("payments.why_nothing"),
        width: 250,
        show: (receipt) => <Words words={said(receipt.reason)} />,
        onPhone: "text",
      },
      {
        key: "remark",
        title: t("payments.remark"),
        width: 140,
        isHidden: true,
        show: (receipt) => receipt.remark || "–",
      },
      {
        key: "held",
        title: t("payments.receipts.held"),
        width: 120,
        align: "right",
        isHidden: true,
        show: (receipt) => <span className="figure">{money(receipt.held)}</span>,
      },
      {
        key: "used",
        title: t("payments.receipts.used"),
        width: 120,
        align: "right",
        isHidden: true,
        show: (receipt) => <span className="figure">{money(receipt.used)}</span>,
      },
      {
        key: "matched_by",
        title: t("payments.receipts.matched_by"),
        width: 110,
        isHidden: true,
        show: (receipt) => term("matched_by", receipt.matched_by),
      },
      {
        key: "payer_account",
        title: t("payments.receipts.payer_account"),
        width: 190,
        isHidden: true,
        show: (receipt) => receipt.payer_account || "–",
      },
      {
        key: "bank_account",
        title: t("payments.receipts.bank_account"),
        width: 190,
        isHidden: true,
        show: (receipt) => receipt.bank_account,
      },
      {
        key: "reference",
        title: t("payments.receipts.reference"),
        width: 190,
        isHidden: true,
        show: (receipt) => receipt.reference,
      },
    ],
    [t, term, said],
  );
}

export function useReceiptFilters(): Filter[] {
  const { t, term } = useWords();
  return useMemo<Filter[]>(
    () => [
      { kind: "text", name: "payer", label: t("payments.receipts.payer_filter") },
      {
        kind: "choice",
        name: "state",
        label: t("payments.state"),
        options: STATES.map((state) => ({ value: state, label: term("receipt_state", state) })),
      },
      { kind: "figures", from: "amount_from", to: "amount_to", label: t("payments.amount") },
      { kind: "dates", from: "received_from", to: "received_to", label: t("payments.receipts.received") },
      customerFilter(t("payments.customer")),
      {
        kind: "choice",
        name: "pool",
        label: t("payments.receipts.scope"),
        options: [
          { value: "true", label: t("payments.receipts.scope_pool") },
          { value: "false", label: t("payments.receipts.scope_all") },
        ],
      },
    ],
    [t, term],
  );
}
