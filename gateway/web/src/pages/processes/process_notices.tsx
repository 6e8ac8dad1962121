import { Alert } from "antd";
import type { Schemas } from "../../api/client";
import { minuteOf } from "../../format/dates";
import { useWords } from "../../words";

type Entry = Schemas["HistoryEntry"];

/** What one must know before anything else: what came back and why, what is not in force, what somebody else has decided. */
export function ProcessNotices({ process, askedTask }: { process: Schemas["Process"]; askedTask: string | null }) {
  const { t, term, language } = useWords();
  const { effect, state } = process;
  const summary = language === "en" ? effect.summary_en : effect.summary_zh;
  const sentBack = state === "returned" || state === "rejected" ? lastOf(process, "returned", "rejected") : undefined;
  const decided = lastOf(process, ...DECISIONS);
  const isSettled = askedTask !== null && process.task?.id !== askedTask;
  const saying = ({ by_name, action, at }: Entry) =>
    t("processes.who_did", {
      who: by_name ?? t("processes.system"),
      what: term("history_action", action),
      when: minuteOf(at),
    });
  return (
    <>
      {isSettled && (
        <Alert type="info" showIcon title={t("processes.task_settled")} description={decided && saying(decided)} />
      )}
      {sentBack && (
        <Alert
          type={state === "rejected" ? "error" : "warning"}
          showIcon
          title={saying(sentBack)}
          description={sentBack.opinion}
        />
      )}
      {effect.state === "failed" && (
        <Alert type="error" showIcon title={t("processes.effect_failed")} description={summary} />
      )}
      {effect.state === "in_force" && summary && <Alert type="success" showIcon title={summary} />}
    </>
  );
}

const DECISIONS: Entry["action"][] = [
  "approved",
  "rejected",
  "returned",
  "transferred",
  "reassigned",
  "advised",
  "recalled",
  "withdrawn",
];

function lastOf(process: Schemas["Process"], ...actions: Entry["action"][]): Entry | undefined {
  return process.history.findLast(({ action }) => actions.includes(action));
}
