import { Progress } from "antd";
import type { Schemas } from "../../../api/client";
import { StateTag } from "../../../shell/state_tag";
import { useWords } from "../../../words";

type Job = Schemas["Job"];

export function isUnderWay({ state }: Job): boolean {
  return state === "queued" || state === "running";
}

const WHOLE = 100;

/** How far a job is. */
export function JobProgress({ job }: { job: Job }) {
  const { t } = useWords();
  const { done, total, state } = job;
  return (
    <>
      <StateTag of="job_state" state={state} />
      {isUnderWay(job) &&
        (total ? (
          <Progress
            size="small"
            percent={Math.floor((done / total) * WHOLE)}
            aria-label={t("common.job.progress")}
            style={{ width: 140, display: "inline-flex" }}
          />
        ) : (
          <span className="quiet figure">{done}</span>
        ))}
    </>
  );
}

/** What came of it: the sums of its shards' results, and what went wrong. */
export function JobResult({ job }: { job: Job }) {
  const { term } = useWords();
  const sums = new Map<string, number>();
  for (const result of job.results) {
    for (const [name, value] of Object.entries(result ?? {})) {
      if (typeof value === "number") {
        sums.set(name, (sums.get(name) ?? 0) + value);
      }
    }
  }
  const words = [...sums].map(([name, sum]) => `${term("job_result", name)} ${sum}`).join(" · ");
  return (
    <>
      {words !== "" && <div className="quiet">{words}</div>}
      {job.errors.map((error) => (
        <div key={error} className="loss">
          {error}
        </div>
      ))}
    </>
  );
}
