import { Descriptions, Drawer, Space } from "antd";
import { query, type Schemas } from "../../api/client";
import { minuteOf } from "../../format/dates";
import { quantity } from "../../format/figures";
import { LinkButton } from "../../shell/link_button";
import { Loaded } from "../../shell/states";
import { useWords } from "../../words";
import { CustomerLink } from "./links";
import { RunProgress } from "./run_progress";
import { useBillingRun } from "./use_billing_run";

/** One run: how far it is, what it made, and the way to the bills and to what got none. */
export function RunDrawer({ id, onClose }: { id: string | undefined; onClose: () => void }) {
  const { t } = useWords();
  const run = useBillingRun(id);
  return (
    <Drawer
      open={id !== undefined}
      onClose={onClose}
      title={run.data ? t("billing.run.of_month", { month: run.data.month }) : t("shell.menu.billing_runs")}
      size={520}
      destroyOnHidden
    >
      <Loaded query={run}>{(found) => <RunDetails run={found} />}</Loaded>
    </Drawer>
  );
}

function RunDetails({ run }: { run: Schemas["BillingRun"] }) {
  const { t } = useWords();
  const narrowed = `month=${run.month}${run.customer_id === null ? "" : `&customer_id=${run.customer_id}`}`;
  return (
    <Space orientation="vertical" size={16} style={{ width: "100%" }}>
      <RunProgress id={run.id} />
      <Descriptions
        size="small"
        column={1}
        items={[
          {
            key: "of",
            label: t("billing.run.of"),
            children: run.customer_id === null ? t("billing.run.all") : <RunCustomer id={run.customer_id} />,
          },
          {
            key: "done",
            label: t("billing.run.customers"),
            children: run.total === null ? "–" : `${quantity(run.done)} / ${quantity(run.total)}`,
          },
          { key: "made", label: t("billing.run.made"), children: quantity(run.made) },
          { key: "refused", label: t("billing.run.refused"), children: quantity(run.refused) },
          { key: "started", label: t("billing.run.started_at"), children: minuteOf(run.created_at) },
          {
            key: "finished",
            label: t("billing.run.finished_at"),
            children: run.finished_at === null ? "–" : minuteOf(run.finished_at),
          },
        ]}
      />
      <Space wrap>
        <LinkButton to={`/bills?${narrowed}`}>{t("billing.run.see_bills")}</LinkButton>
        <LinkButton to={`/bill-refusals?${narrowed}`}>{t("billing.run.see_refusals")}</LinkButton>
      </Space>
    </Space>
  );
}

function RunCustomer({ id }: { id: string }) {
  const { data } = query.useQuery("get", "/api/v1/customers/{customer_id}", { params: { path: { customer_id: id } } });
  return <CustomerLink id={id} name={data?.name ?? "…"} />;
}
