import { useQuery } from "@tanstack/react-query";
import { Tabs } from "antd";
import { useMemo } from "react";
import { useParams, useSearchParams } from "react-router";
import { Neighbours } from "../../../record/neighbours";
import { Page } from "../../../shell/page";
import { useSession } from "../../../shell/session";
import { Loaded } from "../../../shell/states";
import { useTitle } from "../../../shell/tabs";
import { useWords } from "../../../words";
import { CustomerMarks, TierMark } from "../marks";
import { BillsPart } from "./bills_part";
import { ContractsPart } from "./contracts_part";
import { CustomerActions } from "./customer_actions";
import { HistoryPart } from "./history_part";
import { InfoPart } from "./info_part";
import { LogComposer } from "./log_composer";
import { LogsPart } from "./logs_part";
import { Outlook } from "./outlook";
import { type Overview, overviewOf, ShownContext, useShown } from "./overview";
import { ProcessesPart } from "./processes_part";
import { ProductsPart } from "./products_part";
import { ReceiptsPart } from "./receipts_part";
import { StartableProcesses } from "./startable_processes";
import "./record.css";

/** All about one customer: it comes in one request, and each part has its whole list on demand. */
export function CustomerPage() {
  const { t } = useWords();
  const { id = "" } = useParams();
  const overview = useQuery(overviewOf(id));
  const keeps = useKeeps();
  const customer = overview.data?.customer;
  useTitle(customer?.name, { isTab: true });
  return (
    <Page
      title={customer?.name ?? t("customers.customer")}
      note={
        customer && (
          <>
            <TierMark tier={customer.tier} />
            <CustomerMarks customer={customer} />
            <Neighbours />
          </>
        )
      }
      actions={customer && <CustomerActions customer={customer} mayWrite={keeps(customer)} />}
    >
      <Loaded query={overview} rows={12}>
        {(data) => <Record overview={data} mayWrite={keeps(data.customer)} />}
      </Loaded>
    </Page>
  );
}

/** Who may change a customer: its owner, a lead of the owner's department, sales administration. */
function useKeeps(): (customer: Overview["customer"]) => boolean {
  const { user, may, is, departmentsLed } = useSession();
  return ({ owner_id, owner_department_id }) =>
    may("customers.write") &&
    (is("sales_admin", "admin") ||
      owner_id === user.id ||
      (owner_department_id !== null && departmentsLed.includes(owner_department_id)));
}

const CHANGED = [
  "/api/v1/customers",
  "/api/v1/dashboard",
  "/api/v1/follow-ups",
  "/api/v1/products",
  "/api/v1/accounts",
];

function Record({ overview, mayWrite }: { overview: Overview; mayWrite: boolean }) {
  const shown = useMemo(() => ({ overview, mayWrite, changed: CHANGED }), [overview, mayWrite]);
  const { customer, contacts } = overview;
  return (
    <ShownContext value={shown}>
      <div className="record">
        <div className="record-main">
          <Outlook />
          <Parts />
        </div>
        <div className="record-side">
          {mayWrite && (
            <LogComposer key={customer.id} customerId={customer.id} contacts={contacts.items} changed={CHANGED} />
          )}
          <StartableProcesses />
        </div>
      </div>
    </ShownContext>
  );
}

function Parts() {
  const { t } = useWords();
  const [params, setParams] = useSearchParams();
  const { overview } = useShown();
  const items = [
    { key: "info", label: t("customers.tab.info"), children: <InfoPart /> },
    { key: "logs", label: t("customers.tab.logs"), section: overview.contact_logs, children: <LogsPart /> },
    { key: "products", label: t("customers.tab.products"), section: overview.products, children: <ProductsPart /> },
    { key: "contracts", label: t("customers.tab.contracts"), section: overview.contracts, children: <ContractsPart /> },
    { key: "processes", label: t("customers.tab.processes"), section: overview.processes, children: <ProcessesPart /> },
    { key: "bills", label: t("customers.tab.bills"), section: overview.bills, children: <BillsPart /> },
    { key: "receipts", label: t("customers.tab.receipts"), section: overview.receipts, children: <ReceiptsPart /> },
    { key: "history", label: t("customers.tab.history"), children: <HistoryPart /> },
  ];
  const asked = params.get("tab");
  const active = items.some(({ key }) => key === asked)
    ? (asked ?? "info")
    : params.has("product")
      ? "products"
      : "info";
  return (
    <Tabs
      className="record-tabs"
      activeKey={active}
      onChange={(tab) => setParams({ tab }, { replace: true })}
      items={items.map(({ key, label, section, children }) => ({
        key,
        children,
        label: (
          <>
            {label}
            {section && section.total > 0 && (
              <span className="quiet figure">
                {" "}
                {section.total}
                {section.is_more ? "+" : ""}
              </span>
            )}
          </>
        ),
      }))}
    />
  );
}
