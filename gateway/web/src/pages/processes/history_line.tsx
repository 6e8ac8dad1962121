import { Timeline } from "antd";
import type { Schemas } from "../../api/client";
import { minuteOf } from "../../format/dates";
import { listed, useWords } from "../../words";
import { AttachmentList, type NamedFile } from "./attachment_list";
import { FormValue } from "./form_value";
import { type FindReference, useReferences } from "./references";
import { changeOf } from "./shown_values";

type Entry = Schemas["HistoryEntry"];

const COLORS: Partial<Record<Entry["action"], string>> = {
  approved: "green",
  archived: "green",
  applied: "green",
  passed: "green",
  seat_passed: "green",
  rejected: "red",
  returned: "orange",
  withdrawn: "gray",
  entered: "gray",
  effect_failed: "red",
};

/** Everything that happened, oldest first: when, who, in which role, what, with which words, from which value to which. */
export function HistoryLine({ process }: { process: Schemas["Process"] }) {
  const find = useReferences(process);
  return (
    <Timeline
      className="history"
      items={process.history.map((entry) => ({
        key: entry.number,
        color: COLORS[entry.action] ?? "blue",
        content: <HistoryEntry entry={entry} process={process} find={find} />,
      }))}
    />
  );
}

function HistoryEntry({ entry, process, find }: { entry: Entry; process: Schemas["Process"]; find: FindReference }) {
  const { t, term, named, language } = useWords();
  const opinion = (language === "en" ? entry.opinion_en : "") || entry.opinion;
  const target = process.nodes.find(({ code }) => code === entry.to_node);
  const changes = Object.entries(entry.changes);
  const role = entry.by_role ? term("role", entry.by_role) : "";
  const node = entry.node === null ? "" : named(entry.node);
  return (
    <div className="history-entry">
      <div className={entry.action === "entered" ? "history-head quiet" : "history-head"}>
        {entry.action !== "entered" && <strong>{entry.by_name ?? t("processes.system")}</strong>}
        {role && <span className="quiet">{role}</span>}
        {entry.for_name && entry.action !== "reassigned" && <span>{t("processes.for", { name: entry.for_name })}</span>}
        <span>{term("history_action", entry.action)}</span>
        {node !== role && entry.action !== "started" && <span className="quiet">{node}</span>}
        {target && <span>→ {named(target)}</span>}
        {entry.to_name && (
          <span>
            {entry.action === "reassigned" && entry.for_name ? `${entry.for_name} ` : ""}→ {entry.to_name}
            {entry.position && ` ${term("approver_position", entry.position)}`}
          </span>
        )}
        {entry.handlers.length > 0 && (
          <span>
            {t(entry.action === "copied" ? "processes.copied_to" : "processes.handlers", {
              names: listed(entry.handlers),
            })}
          </span>
        )}
        <time className="quiet">{minuteOf(entry.at)}</time>
      </div>
      {opinion && <p className="history-words">{opinion}</p>}
      {entry.attachments.length > 0 && <AttachmentList files={entry.attachments.flatMap(fileOf)} />}
      {changes.length > 0 && <Changes changes={changes} process={process} find={find} />}
    </div>
  );
}

interface ChangesProps {
  changes: [string, unknown][];
  process: Schemas["Process"];
  find: FindReference;
}

/** From which value to which, by the fields that the form has. */
function Changes({ changes, process, find }: ChangesProps) {
  const { t, named } = useWords();
  return (
    <dl className="changes" aria-label={t("processes.changes")}>
      {changes.flatMap(([code, change]) => {
        const field = process.fields.find((each) => each.code === code);
        const [before, after] = changeOf(change);
        return field === undefined
          ? []
          : [
              <div key={code}>
                <dt className="quiet">{named(field)}</dt>
                <dd>
                  <FormValue field={field} value={before} besides={process.form} find={find} /> →{" "}
                  <FormValue field={field} value={after} besides={process.form} find={find} />
                </dd>
              </div>,
            ];
      })}
    </dl>
  );
}

function fileOf({ id, name }: Record<string, string>): NamedFile[] {
  return id === undefined ? [] : [{ id, name: name ?? id }];
}
