import { Space } from "antd";
import { useMemo } from "react";
import { Link } from "react-router";
import { type Column, RecordList } from "../../list/record_list";
import { LinkButton } from "../../shell/link_button";
import { Page } from "../../shell/page";
import { useSession } from "../../shell/session";
import { useTitle } from "../../shell/tabs";
import { useWords } from "../../words";
import { startAddress } from "../processes/start_address";
import { type ListedCustomer, useCustomerColumns } from "./customer_columns";
import { useCustomerFilters } from "./customer_filters";
import { ExportCustomers } from "./export_customers";

const POOL = { tier: "pool" };
/** Of the columns of customers, what says nothing of one that nobody looks after. */
const NOT_HERE = new Set(["tier", "owner", "department", "contract_end", "last_usage"]);

/** Customers that are nobody's: found, and claimed straight from the row. */
export function PoolPage() {
  const { t } = useWords();
  const { may } = useSession();
  useTitle(t("shell.menu.pool"));
  const columns = usePoolColumns();
  const filters = useCustomerFilters({ inPool: true });
  return (
    <Page title={t("shell.menu.pool")} note={<span className="quiet">{t("customers.pool.note")}</span>} isFilled>
      <RecordList
        name="pool"
        path="/api/v1/customers"
        fixed={POOL}
        columns={columns}
        filters={filters}
        addressOf={({ id }) => `/customers/${id}`}
        exports={(search) => may("customers.export") && <ExportCustomers search={search} />}
        empty={t("customers.pool.empty")}
      />
    </Page>
  );
}

function usePoolColumns(): Column<ListedCustomer>[] {
  const { t } = useWords();
  const { is } = useSession();
  const shared = useCustomerColumns();
  const maySell = is("sales", "sales_lead");
  return useMemo(() => {
    const columns = shared
      .filter(({ key }) => !NOT_HERE.has(key))
      .map((column) =>
        column.key === "region" || column.key === "industry" ? { ...column, isHidden: false } : column,
      );
    const claim: Column<ListedCustomer> = {
      key: "claim",
      title: t("common.actions"),
      width: 230,
      show: (customer) => <Claim customer={customer} />,
      onPhone: "foot",
    };
    return maySell ? [...columns, claim] : columns;
  }, [shared, t, maySell]);
}

function Claim({ customer: { id, name, claim_process_id, claimed_by_name } }: { customer: ListedCustomer }) {
  const { t } = useWords();
  if (claim_process_id !== null) {
    return <Link to={`/processes/${claim_process_id}`}>{t("customers.being_claimed", { name: claimed_by_name })}</Link>;
  }
  return (
    <Space size={4} wrap>
      <LinkButton
        type="primary"
        size="small"
        to={startAddress("claim_customer", id)}
        aria-label={`${t("customers.pool.claim")} ${name}`}
      >
        {t("customers.pool.claim")}
      </LinkButton>
      <LinkButton
        size="small"
        to={startAddress("test_account", id, {}, "customer")}
        aria-label={`${t("customers.pool.test")} ${name}`}
      >
        {t("customers.pool.test")}
      </LinkButton>
    </Space>
  );
}
