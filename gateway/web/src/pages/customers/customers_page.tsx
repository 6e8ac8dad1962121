import { ImportOutlined, PlusOutlined, SwapOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";
import { RecordList } from "../../list/record_list";
import { Page } from "../../shell/page";
import { useSession } from "../../shell/session";
import { useTitle } from "../../shell/tabs";
import { useWords } from "../../words";
import { AddCustomerDrawer } from "./add_customer_drawer";
import { OWNED_TIERS } from "./codes";
import { type ListedCustomer, useCustomerColumns } from "./customer_columns";
import { useCustomerFilters } from "./customer_filters";
import { ExportCustomers } from "./export_customers";
import { Funnel } from "./funnel";
import { TransferDrawer } from "./transfer_drawer";

/** Those of the pool have a place of their own. */
const OWNED = { tier: OWNED_TIERS.join(",") };

export function CustomersPage() {
  const { t } = useWords();
  const { may } = useSession();
  const navigate = useNavigate();
  useTitle(t("customers.title"));
  const columns = useCustomerColumns();
  const filters = useCustomerFilters();
  const [isAdding, setAdding] = useState(false);
  const [transfer, setTransfer] = useState<{ customers: ListedCustomer[]; clear: () => void }>();
  const mayTransfer = may("customers.transfer");
  return (
    <Page
      title={t("customers.title")}
      isFilled
      actions={
        <>
          {mayTransfer && (
            <Button icon={<SwapOutlined />} onClick={() => setTransfer({ customers: [], clear: () => undefined })}>
              {t("customers.transfer.action")}
            </Button>
          )}
          {may("customers.import") && (
            <Button icon={<ImportOutlined />} onClick={() => void navigate("/customers/imports")}>
              {t("common.import")}
            </Button>
          )}
          {may("customers.add") && (
            <Button type="primary" icon={<PlusOutlined />} onClick={() => setAdding(true)}>
              {t("customers.add.action")}
            </Button>
          )}
        </>
      }
      extra={<Funnel />}
    >
      <RecordList
        name="customers"
        path="/api/v1/customers"
        fixed={OWNED}
        columns={columns}
        filters={filters}
        addressOf={({ id }) => `/customers/${id}`}
        exports={(search) => may("customers.export") && <ExportCustomers search={search} />}
        bulk={
          mayTransfer
            ? (customers, clear) => (
                <Button icon={<SwapOutlined />} onClick={() => setTransfer({ customers, clear })}>
                  {t("customers.transfer.action")}
                </Button>
              )
            : undefined
        }
        empty={t(may("customers.add") ? "customers.empty_add" : "customers.empty")}
      />
      <AddCustomerDrawer isOpen={isAdding} onClose={() => setAdding(false)} />
      <TransferDrawer
        customers={transfer?.customers}
        onClose={() => setTransfer(undefined)}
        onDone={() => transfer?.clear()}
      />
    </Page>
  );
}
