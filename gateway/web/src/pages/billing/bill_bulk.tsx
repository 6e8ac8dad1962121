import { Button } from "antd";
import type { Schemas } from "../../api/client";
import { money, totalOf } from "../../format/figures";
import { useWords } from "../../words";
import { invoiceAddress, isInvoiceable, isReconcilable, reconcileAddress } from "./bill_next_steps";
import { LinkOrReason } from "./link_or_reason";
import { useStartable } from "./use_startable";
import type { useStatementMaking } from "./use_statement";

type Bill = Schemas["Bill"];

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
        <LinkOrReason
          to={reconcileAddress(customerId, ids)}
          whyNot={ofSeveral ?? (notOpen > 0 ? t("billing.bulk.not_open", { count: notOpen }) : undefined)}
        >
          {t("billing.desk.start")}
        </LinkOrReason>
      )}
      {mayStart("bill_invoice") && (
        <LinkOrReason
          to={invoiceAddress(bills)}
          whyNot={
            ofSeveral ?? (notInvoiceable > 0 ? t("billing.bulk.not_invoiceable", { count: notInvoiceable }) : undefined)
          }
        >
          {t("billing.invoice.ask")}
        </LinkOrReason>
      )}
      {ofSeveral !== undefined && <span role="status">{ofSeveral}</span>}
    </>
  );
}
