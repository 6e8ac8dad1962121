import { Descriptions, Drawer, Grid, Tag } from "antd";
import { useMemo, useState } from "react";
import { Link } from "react-router";
import { minuteOf } from "../../../format/dates";
import type { Filter } from "../../../list/filters";
import { type Column, RecordList, type RowOf } from "../../../list/record_list";
import { UserSelect } from "../../../pick/selects";
import { Page } from "../../../shell/page";
import { useTitle } from "../../../shell/tabs";
import { inClauses, useWords } from "../../../words";
import "../office.css";
import { AUDIT_ACTIONS } from "./audit_actions";
import { changesOf, isOnlyId, shownValue } from "./audit_changes";

type Entry = RowOf<"/api/v1/audit">;

const SERVICES = ["gateway", "customer", "workflow", "billing", "payments", "notify"] as const;

/** Every change of the whole system: who, when, what, why, and what it was before. */
export function AuditPage() {
  const { t } = useWords();
  useTitle(t("shell.menu.audit"));
  const [shown, setShown] = useState<Entry>();
  const columns = useColumns();
  const filters = useFilters();
  return (
    <Page title={t("shell.menu.audit")} isFilled>
      <RecordList name="audit" path="/api/v1/audit" columns={columns} filters={filters} onOpen={setShown} />
      <EntryDrawer entry={shown} onClose={() => setShown(undefined)} />
    </Page>
  );
}

function useFilters(): Filter[] {
  const { t, term } = useWords();
  return useMemo<Filter[]>(
    () => [
      { kind: "text", name: "why", label: t("office.audit.why") },
      {
        kind: "own",
        names: ["user_id"],
        label: t("office.audit.who"),
        show: (values, set) => (
          <UserSelect
            value={values.user_id}
            label={t("office.audit.who")}
            placeholder={t("office.audit.who")}
            onChange={(user) => set({ user_id: user })}
          />
        ),
      },
      {
        kind: "choice",
        name: "service",
        label: t("office.audit.service"),
        options: SERVICES.map((value) => ({ value, label: term("service", value) })),
      },
      {
        kind: "choice",
        name: "action",
        label: t("office.audit.action"),
        options: AUDIT_ACTIONS.map((value) => ({ value, label: term("audit_action", value) })),
      },
      { kind: "days", from: "from", to: "to", label: t("office.audit.at") },
      {
        kind: "own",
        names: ["subject_type", "subject_id"],
        label: t("office.audit.subject"),
        show: ({ subject_type, subject_id }, set) =>
          subject_id === undefined ? (
            <span className="quiet">{t("office.audit.one_subject_note")}</span>
          ) : (
            <Tag closable onClose={() => set({ subject_type: undefined, subject_id: undefined })}>
              {t("office.audit.one_subject", { subject: term("audit_subject", subject_type) })}
            </Tag>
          ),
      },
    ],
    [t, term],
  );
}

function useColumns(): Column<Entry>[] {
  const { t, term } = useWords();
  return useMemo<Column<Entry>[]>(
    () => [
      { key: "at", title: t("office.audit.at"), width: 150, show: ({ at }) => minuteOf(at), onPhone: "corner" },
      { key: "who", title: t("office.audit.who"), width: 120, show: ({ user_name }) => user_name, onPhone: "line" },
      {
        key: "action",
        title: t("office.audit.action"),
        width: 190,
        show: ({ action }) => term("audit_action", action),
        onPhone: "title",
      },
      {
        key: "changes",
        title: t("office.audit.changes"),
        width: 360,
        show: (entry) => <Summary entry={entry} />,
        onPhone: "line",
      },
      { key: "why", title: t("office.reason"), width: 220, show: ({ why }) => why || "–", onPhone: "line" },
      {
        key: "service",
        title: t("office.audit.service"),
        width: 100,
        show: ({ service }) => term("service", service),
      },
      {
        key: "subject",
        title: t("office.audit.subject"),
        width: 120,
        show: ({ subject_type }) => term("audit_subject", subject_type),
        isHidden: true,
      },
    ],
    [t, term],
  );
}

const SUMMARY_MAX = 3;

function Summary({ entry }: { entry: Entry }) {
  const { t, term } = useWords();
  const changes = changesOf(entry).filter((change) => !isOnlyId(change));
  if (changes.length === 0) {
    return "–";
  }
  const words = changes.slice(0, SUMMARY_MAX).map(({ name, before, after }) => {
    const change = [before, after].filter((value) => value !== undefined).map((value) => shownValue(value, t));
    return `${term("audit_value", name)} ${change.join(" → ")}`;
  });
  return inClauses([...words, ...(changes.length > SUMMARY_MAX ? ["…"] : [])]);
}

/** Where the things that entries are about are shown. */
const PLACES: Record<string, (id: string) => string> = {
  customer: (id) => `/customers/${id}`,
  process: (id) => `/processes/${id}`,
  bill: (id) => `/bills/${id}`,
  receipt: (id) => `/receipts/${id}`,
  user: (id) => `/office/users?user=${id}`,
  definition: (id) => `/office/definitions/${id}`,
};

function EntryDrawer({ entry, onClose }: { entry: Entry | undefined; onClose: () => void }) {
  const { t, term } = useWords();
  const isWide = Grid.useBreakpoint().md ?? true;
  const place = entry && PLACES[entry.subject_type]?.(entry.subject_id);
  return (
    <Drawer
      open={entry !== undefined}
      onClose={onClose}
      title={entry && term("audit_action", entry.action)}
      size={isWide ? 640 : "100%"}
      destroyOnHidden
    >
      {entry && (
        <>
          <Descriptions
            column={1}
            items={[
              { key: "at", label: t("office.audit.at"), children: minuteOf(entry.at) },
              { key: "who", label: t("office.audit.who"), children: entry.user_name },
              { key: "service", label: t("office.audit.service"), children: term("service", entry.service) },
              {
                key: "subject",
                label: t("office.audit.subject"),
                children: (
                  <span>
                    {term("audit_subject", entry.subject_type)}{" "}
                    {place === undefined ? entry.subject_id : <Link to={place}>{t("common.open")}</Link>}{" "}
                    <Link
                      to={`/office/audit?subject_type=${entry.subject_type}&subject_id=${encodeURIComponent(entry.subject_id)}`}
                      onClick={onClose}
                    >
                      {t("office.audit.all_of_it")}
                    </Link>
                  </span>
                ),
              },
              { key: "why", label: t("office.reason"), children: entry.why || "–" },
              { key: "action", label: t("office.audit.action_code"), children: entry.action },
              { key: "trace", label: t("office.audit.trace"), children: entry.trace_id },
            ]}
          />
          <h2 className="office-heading">{t("office.audit.changes")}</h2>
          <ChangesTable entry={entry} />
        </>
      )}
    </Drawer>
  );
}

function ChangesTable({ entry }: { entry: Entry }) {
  const { t, term } = useWords();
  const changes = changesOf(entry);
  if (changes.length === 0) {
    return <p className="quiet">{t("office.audit.no_changes")}</p>;
  }
  return (
    <dl className="office-facts">
      {changes.map(({ name, before, after }) => (
        <div key={name} style={{ display: "contents" }}>
          <dt className="quiet">{term("audit_value", name)}</dt>
          <dd className="office-diff">
            {before !== undefined && <del>{shownValue(before, t)}</del>}
            {before !== undefined && after !== undefined && " → "}
            {after !== undefined && shownValue(after, t)}
          </dd>
        </div>
      ))}
    </dl>
  );
}
