import { PlayCircleOutlined } from "@ant-design/icons";
import { Button, Progress } from "antd";
import { useMemo, useState } from "react";
import { minuteOf } from "../../format/dates";
import { quantity } from "../../format/figures";
import type { Filter } from "../../list/filters";
import { type Column, RecordList, type RowOf } from "../../list/record_list";
import { Page } from "../../shell/page";
import { useSession } from "../../shell/session";
import { StateTag } from "../../shell/state_tag";
import { useTitle } from "../../shell/tabs";
import { useWords } from "../../words";
import { CustomerLink } from "./links";
import { RunDrawer } from "./run_drawer";
import { StartRun } from "./start_run";
import { shareOf } from "./statement_view";
import { isRunning, useBillingRun, useChangesOf } from "./use_billing_run";
import { useParameter } from "./use_parameter";

type Run = RowOf<"/api/v1/billing-runs">;

const SHOWN = ["run"];

/** Every run that made bills, with its progress, and 出账 by hand. */
export function BillingRunsPage() {
  const { t } = useWords();
  const { may } = useSession();
  useTitle(t("shell.menu.billing_runs"));
  const [shownId, show] = useParameter("run");
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
  const { t } = useWords();
  const { data } = useBillingRun(isRunning(run) ? run.id : undefined);
  const now = data ?? run;
  useChangesOf(now);
  return isRunning(now) ? (
    <Progress size="small" percent={shareOf(now)} aria-label={t("common.job.progress")} />
  ) : (
    <StateTag of="job_state" state={now.state} />
  );
}
