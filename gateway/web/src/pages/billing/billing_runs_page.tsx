import { PlayCircleOutlined } from "@ant-design/icons";
import { Alert, Button, DatePicker, Descriptions, Drawer, Form, Progress, Space } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useMemo, useState } from "react";
import { api, newKey, query, type Schemas } from "../../api/client";
import { readAgain } from "../../api/queries";
import { minuteOf, thisMonth } from "../../format/dates";
import { quantity } from "../../format/figures";
import { FormDrawer } from "../../forms/form_drawer";
import type { Filter } from "../../list/filters";
import { type Column, RecordList, type RowOf } from "../../list/record_list";
import { CustomerSelect } from "../../pick/selects";
import { Page } from "../../shell/page";
import { useSession } from "../../shell/session";
import { Loaded } from "../../shell/states";
import { useTitle } from "../../shell/tabs";
import { useWords } from "../../words";
import { LinkButton } from "./link_button";
import { CustomerLink } from "./links";
import { RunProgress } from "./run_progress";
import { JobState } from "./state_tags";
import { shareOf } from "./statement_view";
import { isRunning, useBillingRun } from "./use_billing_run";
import { useShown } from "./use_shown";

type Run = RowOf<"/api/v1/billing-runs">;

const SHOWN = ["run"];

/** Every run that made bills, with its progress, and 出账 by hand. */
export function BillingRunsPage() {
  const { t } = useWords();
  const { may } = useSession();
  useTitle(t("shell.menu.billing_runs"));
  const [shownId, show] = useShown("run");
  const [isStarting, setStarting] = useState(false);
  const columns = useRunColumns();
  const filters = useMemo<Filter[]>(() => [{ kind: "month", name: "month", label: t("billing.month") }], [t]);
  return (
    <Page
      title={t("shell.menu.billing_runs")}
      isFilled
      actions={
        may("bills.generate") && (
          <Button type="primary" icon={<PlayCircleOutlined />} onClick={() => setStarting(true)}>
            {t("billing.run.start")}
          </Button>
        )
      }
    >
      <RecordList
        name="billing_runs"
        path="/api/v1/billing-runs"
        columns={columns}
        filters={filters}
        kept={SHOWN}
        onOpen={(run) => show(run.id)}
        empty={t("billing.run.empty")}
      />
      <StartRun isOpen={isStarting} onClose={() => setStarting(false)} onStarted={show} />
      <RunDrawer id={shownId} onClose={() => show(undefined)} />
    </Page>
  );
}

function useRunColumns(): Column<Run>[] {
  const { t } = useWords();
  return useMemo<Column<Run>[]>(
    () => [
      {
        key: "month",
        title: t("billing.month"),
        width: 110,
        show: (run) => run.month,
        onPhone: "title",
      },
      {
        key: "of",
        title: t("billing.run.of"),
        width: 140,
        show: (run) =>
          run.customer_id === null ? (
            t("billing.run.all")
          ) : (
            <CustomerLink id={run.customer_id} name={t("billing.run.one")} />
          ),
        onPhone: "line",
      },
      {
        key: "progress",
        title: t("common.job.progress"),
        width: 180,
        show: (run) => <RunState run={run} />,
        onPhone: "corner",
      },
      {
        key: "made",
        title: t("billing.run.made"),
        width: 100,
        align: "right",
        show: (run) => quantity(run.made),
        onPhone: "line",
      },
      {
        key: "refused",
        title: t("billing.run.refused"),
        width: 120,
        align: "right",
        show: (run) => quantity(run.refused),
        onPhone: "line",
      },
      {
        key: "created_at",
        title: t("billing.run.started_at"),
        width: 160,
        sort: "created_at",
        show: (run) => minuteOf(run.created_at),
      },
      {
        key: "finished_at",
        title: t("billing.run.finished_at"),
        width: 160,
        show: (run) => (run.finished_at === null ? "–" : minuteOf(run.finished_at)),
      },
    ],
    [t],
  );
}

/** A run that is under way tells how far it is, by itself. */
function RunState({ run }: { run: Run }) {
  const { data } = useBillingRun(isRunning(run) ? run.id : undefined);
  const now = data ?? run;
  return isRunning(now) ? <Progress size="small" percent={shareOf(now)} /> : <JobState state={now.state} />;
}

/** Who bills all customers at once; billing refuses it to others (`all_customers_forbidden`). */
function useMayBillAll(): boolean {
  return useSession().is(
    "finance",
    "sales_admin",
    "admin",
    "billing_expert",
    "audit_expert",
    "risk_expert",
    "customer_care",
    "operations_vp",
    "routing_manager",
  );
}

interface StartRunProps {
  isOpen: boolean;
  onClose: () => void;
  onStarted: (id: string | undefined) => void;
}

function StartRun({ isOpen, onClose, onStarted }: StartRunProps) {
  const { t } = useWords();
  const mayBillAll = useMayBillAll();
  // The same while the form is open: a double click makes one run.
  const key = useMemo(() => (isOpen ? newKey() : ""), [isOpen]);
  const lastMonth = dayjs(`${thisMonth()}-01`).subtract(1, "month");
  return (
    <FormDrawer<{ month: Dayjs; customer_id?: string }>
      title={t("billing.run.start")}
      isOpen={isOpen}
      onClose={onClose}
      submitWords={t("billing.run.start")}
      initialValues={{ month: lastMonth }}
      note={<Alert type="info" showIcon title={t("billing.run.note")} style={{ marginBottom: 16 }} />}
      onSubmit={async ({ month, customer_id }) => {
        const { data } = await api.POST("/api/v1/billing-runs", {
          params: { header: { "Idempotency-Key": key } },
          body: { month: month.format("YYYY-MM"), customer_id: customer_id ?? null },
        });
        await readAgain("/api/v1/billing-runs");
        onStarted(data?.id);
      }}
    >
      <Form.Item name="month" label={t("billing.month")} rules={[{ required: true }]}>
        <DatePicker picker="month" allowClear={false} maxDate={lastMonth} style={{ width: "100%" }} />
      </Form.Item>
      <Form.Item
        name="customer_id"
        label={t("billing.customer")}
        extra={mayBillAll ? t("billing.run.all_if_empty") : undefined}
        rules={[{ required: !mayBillAll }]}
      >
        <CustomerSelect />
      </Form.Item>
    </FormDrawer>
  );
}

function RunDrawer({ id, onClose }: { id: string | undefined; onClose: () => void }) {
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
