import { Button } from "antd";
import type { Schemas } from "../../api/client";
import { fenOf, money, ofFen, totalOf } from "../../format/figures";
import { useWords } from "../../words";
import { startAddress } from "../processes/start_address";
import { LinkButton } from "./link_button";
import { useStartable } from "./use_startable";
import type { useStatementMaking } from "./use_statement";

type Bill = Schemas["Bill"];

/** What of a bill is neither invoiced nor asked to be. */
export function lackingOf(bill: Bill): string {
  const [agreed, invoiced, reserved] = [bill.agreed_amount, bill.invoiced, bill.invoice_reserved].map(
    (value) => fenOf(value) ?? 0n,
  ) as [bigint, bigint, bigint];
  return ofFen(agreed - invoiced - reserved);
}

export function isReconcilable(bill: Bill): boolean {
  return bill.state === "open" && bill.void_process_id === null;
}

export function isInvoiceable(bill: Bill): boolean {
  return (bill.state === "reconciled" || bill.state === "closed") && (fenOf(lackingOf(bill)) ?? 0n) > 0n;
}

/** The address at which an invoice is asked for; the amounts are entered there by hand (handbook, 3.2). */
export function invoiceAddress(bills: Bill[]): string {
  return startAddress("bill_invoice", bills[0]?.customer_id, {
    bills: JSON.stringify(bills.map(({ id }) => ({ bill_id: id }))),
  });
}

export function reconcileAddress(customerId: string, billIds: string[]): string {
  return startAddress("reconciliation", customerId, { bill_ids: billIds.join(",") });
}

interface BillBulkProps {
  bills: Bill[];
  statement: ReturnType<typeof useStatementMaking>;
}

/** What can be done with selected bills; what cannot says why. */
export function BillBulk({ bills, statement }: BillBulkProps) {
  const { t } = useWords();
  const { mayStart } = useStartable();
  const customerId = bills[0]?.customer_id ?? "";
  const customers = new Set(bills.map(({ customer_id }) => customer_id)).size;
  const ofSeveral = customers > 1 ? t("billing.bulk.several_customers", { count: customers }) : undefined;
  const notOpen = bills.filter((bill) => !isReconcilable(bill)).length;
  const notInvoiceable = bills.filter((bill) => !isInvoiceable(bill)).length;
  const ids = bills.map(({ id }) => id);
  return (
    <>
      <strong className="figure">{money(totalOf(bills.map((bill) => bill.amount)))}</strong>
      <Button disabled={customers > 1} loading={statement.isAsking} onClick={() => void statement.make(ids)}>
        {t("billing.statement.preview")}
      </Button>
      {mayStart("reconciliation") && (
        <LinkButton
          type="primary"
          to={reconcileAddress(customerId, ids)}
          whyNot={ofSeveral ?? (notOpen > 0 ? t("billing.bulk.not_open", { count: notOpen }) : undefined)}
        >
          {t("billing.desk.start")}
        </LinkButton>
      )}
      {mayStart("bill_invoice") && (
        <LinkButton
          type="primary"
          to={invoiceAddress(bills)}
          whyNot={
            ofSeveral ?? (notInvoiceable > 0 ? t("billing.bulk.not_invoiceable", { count: notInvoiceable }) : undefined)
          }
        >
          {t("billing.invoice.ask")}
        </LinkButton>
      )}
      {ofSeveral !== undefined && <span role="status">{ofSeveral}</span>}
    </>
  );
}
