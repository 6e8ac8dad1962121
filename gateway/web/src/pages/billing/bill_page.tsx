import { useQuery } from "@tanstack/react-query";
import { Button, Card, Space, Tabs } from "antd";
import { useParams } from "react-router";
import type { Schemas } from "../../api/client";
import { Neighbours } from "../../record/neighbours";
import { LinkButton } from "../../shell/link_button";
import { Page } from "../../shell/page";
import { StateTag } from "../../shell/state_tag";
import { Loaded } from "../../shell/states";
import { useTitle } from "../../shell/tabs";
import { useTab } from "../../shell/use_tab";
import { useWords } from "../../words";
import { startAddress } from "../processes/start_address";
import { BillAccounts } from "./bill_accounts";
import { BillCharges } from "./bill_charges";
import { BillCourse } from "./bill_course";
import { BillLateUsage } from "./bill_late_usage";
import { invoiceAddress, isInvoiceable, isReconcilable, reconcileAddress } from "./bill_next_steps";
import { BillPayment } from "./bill_payment";
import { BillSummary } from "./bill_summary";
import { billOf } from "./records";
import { StatementView } from "./statement_view";
import { useStartable } from "./use_startable";
import { useStatementMaking } from "./use_statement";

type Bill = Schemas["BillDetail"];

const TABS = ["charges", "accounts", "payment", "late", "course"] as const;

export function BillPage() {
  const { t } = useWords();
  const { billId = "" } = useParams();
  const bill = useQuery(billOf(billId));
  // Asked for beside the bill, not after it.
  const { mayStart } = useStartable();
  useTitle(bill.data?.number, { isTab: true });
  return (
    <Page
      title={bill.data?.number ?? t("billing.bill.title")}
      note={
        <>
          {bill.data && <StateTag of="bill_state" state={bill.data.state} />}
          <Neighbours />
        </>
      }
      actions={bill.data && <BillActions bill={bill.data} mayStart={mayStart} />}
    >
      <Loaded query={bill}>{(found) => <BillParts bill={found} />}</Loaded>
    </Page>
  );
}

function BillParts({ bill }: { bill: Bill }) {
  const { t } = useWords();
  const [tab, showTab] = useTab(TABS);
  const hasLateUsage = bill.reratings.length > 0 || bill.late_usage.length > 0;
  const items = [
    { key: "charges", label: t("billing.bill.tab.charges"), children: <BillCharges bill={bill} /> },
    ...(bill.accounts.length > 0
      ? [
          {
            key: "accounts",
            label: t("billing.bill.tab.accounts", { count: bill.accounts.length }),
            children: <BillAccounts bill={bill} />,
          },
        ]
      : []),
    { key: "payment", label: t("billing.bill.tab.payment"), children: <BillPayment bill={bill} /> },
    ...(hasLateUsage
      ? [{ key: "late", label: t("billing.bill.tab.late"), children: <BillLateUsage bill={bill} /> }]
      : []),
    { key: "course", label: t("billing.bill.tab.course"), children: <BillCourse bill={bill} /> },
  ];
  return (
    <Space orientation="vertical" size={16} style={{ width: "100%" }}>
      <BillSummary bill={bill} />
      <Card styles={{ body: { paddingTop: 4 } }}>
        <Tabs activeKey={tab} onChange={showTab} items={items} destroyOnHidden />
      </Card>
    </Space>
  );
}

interface BillActionsProps {
  bill: Bill;
  mayStart: (code: string) => boolean;
}

function BillActions({ bill, mayStart }: BillActionsProps) {
  const { t } = useWords();
  const statement = useStatementMaking();
  const isVoidable = (bill.state === "open" || bill.state === "reconciled") && bill.void_process_id === null;
  return (
    <>
      {mayStart("reversal") && isVoidable && (
        <LinkButton danger to={startAddress("reversal", bill.customer_id, { kind: "bill", target_id: bill.id })}>
          {t("billing.bill.void")}
        </LinkButton>
      )}
      {bill.state !== "void" && (
        <Button loading={statement.isAsking} onClick={() => void statement.make([bill.id])}>
          {t("billing.statement.preview")}
        </Button>
      )}
      {bill.state === "open" && (
        <LinkButton to={`/bills/reconcile?customer=${bill.customer_id}`}>{t("billing.desk.of_customer")}</LinkButton>
      )}
      {mayStart("bill_invoice") && isInvoiceable(bill) && (
        <LinkButton type="primary" to={invoiceAddress([bill])}>
          {t("billing.invoice.ask")}
        </LinkButton>
      )}
      {mayStart("reconciliation") && isReconcilable(bill) && (
        <LinkButton type="primary" to={reconcileAddress(bill.customer_id, [bill.id])}>
          {t("billing.desk.start")}
        </LinkButton>
      )}
      <StatementView id={statement.madeId} onClose={statement.close} />
    </>
  );
}
