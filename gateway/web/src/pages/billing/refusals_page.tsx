import { Button } from "antd";
import { useMemo } from "react";
import { minuteOf } from "../../format/dates";
import type { Filter } from "../../list/filters";
import { type Column, RecordList, type RowOf } from "../../list/record_list";
import { customerFilter } from "../../pick/customer_filter";
import { Page } from "../../shell/page";
import { useSession } from "../../shell/session";
import { useTitle } from "../../shell/tabs";
import { useWords } from "../../words";
import { optionsOf, REFUSAL_REASONS } from "./filters";
import { CustomerLink } from "./links";
import { RefusalReason, RefusalWords, RemedyButton } from "./remedy";
import { RunProgress } from "./run_progress";
import { useStartRun } from "./use_billing_run";

type Refusal = RowOf<"/api/v1/bill-refusals">;

/** Every product that got no bill: why, and the button that mends it. */
export function RefusalsPage() {
  const { t, term } = useWords();
  const { may } = useSession();
  useTitle(t("shell.menu.refusals"));
  const run = useStartRun();
  const columns = useRefusalColumns(may("bills.generate") ? run : undefined);
  const filters = useMemo<Filter[]>(
    () => [
      { kind: "month", name: "month", label: t("billing.month") },
      {
        kind: "choice",
        name: "reason",
        label: t("billing.refusal.reason"),
        options: optionsOf("refusal_reason", REFUSAL_REASONS, term),
      },
      customerFilter(t("billing.customer")),
      {
        kind: "choice",
        name: "resolved",
        label: t("billing.refusal.open"),
        options: [{ value: "true", label: t("billing.refusal.resolved") }],
      },
    ],
    [t, term],
  );
  return (
    <Page title={t("shell.menu.refusals")} isFilled extra={run.runId !== undefined && <RunProgress id={run.runId} />}>
      <RecordList
        name="bill_refusals"
        path="/api/v1/bill-refusals"
        columns={columns}
        filters={filters}
        empty={t("billing.refusal.none")}
      />
    </Page>
  );
}

function useRefusalColumns(run: ReturnType<typeof useStartRun> | undefined): Column<Refusal>[] {
  const { t } = useWords();
  return useMemo<Column<Refusal>[]>(() => {
    const generate: Column<Refusal> = {
      key: "generate",
      title: t("billing.run.generate"),
      width: 100,
      onPhone: "foot",
      show: (refusal) =>
        refusal.resolved_at === null && (
          <Button
            size="small"
            disabled={run?.isStarting}
            onClick={() => void run?.start(refusal.month, refusal.customer_id)}
          >
            {t("billing.run.again")}
          </Button>
        ),
    };
    return [
      {
        key: "words",
        title: t("billing.refusal.why"),
        width: 300,
        show: (refusal) => <RefusalWords refusal={refusal} />,
        onPhone: "title",
      },
      {
        key: "reason",
        title: t("billing.refusal.reason"),
        width: 110,
        show: (refusal) => <RefusalReason refusal={refusal} />,
        onPhone: "corner",
      },
      {
        key: "customer",
        title: t("billing.customer"),
        width: 220,
        sort: "customer",
        show: (refusal) => <CustomerLink id={refusal.customer_id} name={refusal.customer_name} />,
        onPhone: "line",
      },
      {
        key: "product",
        title: t("billing.product"),
        width: 140,
        show: (refusal) => refusal.product_name ?? "–",
        onPhone: "line",
      },
      {
        key: "month",
        title: t("billing.month"),
        width: 90,
        sort: "month",
        show: ({ month }) => month,
        onPhone: "line",
      },
      {
        key: "remedy",
        title: t("billing.refusal.remedy"),
        width: 140,
        show: (refusal) => <RemedyButton refusal={refusal} />,
        onPhone: "foot",
      },
      ...(run === undefined ? [] : [generate]),
      {
        key: "refused_at",
        title: t("billing.refusal.at"),
        width: 150,
        sort: "refused_at",
        isHidden: true,
        show: ({ refused_at }) => minuteOf(refused_at),
      },
    ];
  }, [t, run]);
}
