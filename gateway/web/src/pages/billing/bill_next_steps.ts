/** What can be done next with a bill, and where: the services decide, this only shows no way that leads nowhere. */
import type { Schemas } from "../../api/client";
import { fenOf } from "../../format/figures";
import { startAddress } from "../processes/start_address";

type Bill = Schemas["Bill"];

export function isReconcilable(bill: Bill): boolean {
  return bill.state === "open" && bill.void_process_id === null;
}

/** Agreed, and neither invoiced in full nor asked to be. */
export function isInvoiceable(bill: Bill): boolean {
  const [agreed, invoiced, reserved] = [bill.agreed_amount, bill.invoiced, bill.invoice_reserved].map(fenOf);
  return (
    (bill.state === "reconciled" || bill.state === "closed") && (agreed ?? 0n) > (invoiced ?? 0n) + (reserved ?? 0n)
  );
}

/** Where an invoice is asked for; the amounts are entered there by hand (handbook, 3.2). */
export function invoiceAddress(bills: Bill[]): string {
  return startAddress("bill_invoice", bills[0]?.customer_id, {
    bills: JSON.stringify(bills.map(({ id }) => ({ bill_id: id }))),
  });
}

export function reconcileAddress(customerId: string, billIds: string[]): string {
  return startAddress("reconciliation", customerId, { bill_ids: billIds.join(",") });
}
