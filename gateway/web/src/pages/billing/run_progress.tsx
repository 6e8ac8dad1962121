import { Alert, Progress } from "antd";
import { useWords } from "../../words";
import { shareOf } from "./statement_view";
import { useBillingRun, useChangesOf } from "./use_billing_run";

/** How far a billing run is, and what came of it. */
export function RunProgress({ id }: { id: string }) {
  const { t } = useWords();
  const { data: run } = useBillingRun(id);
  useChangesOf(run);
  if (run === undefined) {
    return null;
  }
  const came = t("billing.run.came", { month: run.month, made: run.made, refused: run.refused });
  if (run.state === "failed") {
    return <Alert type="error" showIcon title={t("billing.run.failed")} description={run.errors.join("\n")} />;
  }
  if (run.state === "done") {
    return <Alert type={run.made > 0 ? "success" : "info"} showIcon title={came} />;
  }
  return (
    <div role="status">
      <Progress percent={shareOf(run)} status="active" aria-label={t("common.job.progress")} />
      <span className="quiet">{came}</span>
    </div>
  );
}
