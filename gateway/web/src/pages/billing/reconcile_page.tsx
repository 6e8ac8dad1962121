import { query } from "../../api/client";
import { CustomerSelect } from "../../pick/selects";
import { LinkButton } from "../../shell/link_button";
import { Page } from "../../shell/page";
import { useTitle } from "../../shell/tabs";
import { useWords } from "../../words";
import { OpenCustomers } from "./open_customers";
import { ReconciliationDesk } from "./reconciliation_desk";
import "./reconcile.css";
import { useParameter } from "./use_parameter";

/** 对账: one customer's bills, selected and agreed in one go (handbook, 3.1). */
export function ReconcilePage() {
  const { t } = useWords();
  const [customerId, choose] = useParameter("customer");
  const { data: customer } = query.useQuery(
    "get",
    "/api/v1/customers/{customer_id}",
    { params: { path: { customer_id: customerId ?? "" } } },
    { enabled: customerId !== undefined },
  );
  const shownName = customerId === undefined ? undefined : customer?.name;
  useTitle(
    customerId === undefined ? t("billing.desk.title") : shownName && t("billing.desk.tab", { customer: shownName }),
    {
      isTab: customerId !== undefined,
    },
  );
  return (
    <Page
      title={t("billing.desk.title")}
      actions={
        <>
          <div className="desk-customer">
            <CustomerSelect
              label={t("billing.customer")}
              placeholder={t("billing.desk.choose")}
              value={customerId ?? null}
              onChange={choose}
            />
          </div>
          {customerId !== undefined && (
            <LinkButton to={`/customers/${customerId}?tab=bills`}>{t("billing.desk.open_customer")}</LinkButton>
          )}
        </>
      }
    >
      {customerId === undefined ? (
        <OpenCustomers />
      ) : (
        // Another customer's desk is another desk: nothing of the one before is saved on it.
        <ReconciliationDesk key={customerId} customerId={customerId} />
      )}
    </Page>
  );
}
