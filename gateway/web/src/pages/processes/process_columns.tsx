import { Badge, Tag } from "antd";
import { useMemo } from "react";
import { ago, minuteOf } from "../../format/dates";
import type { Column, RowOf } from "../../list/record_list";
import { StateTag } from "../../shell/state_tag";
import { listed, type Translate, useWords, type WordsInUse } from "../../words";
import type { Box } from "./boxes";
import { EffectTag } from "./effect_tag";
import { waited } from "./waiting";

export type ProcessRow = RowOf<"/api/v1/processes">;

/** What a box shows of each process: what it is about and where it stands, and what the box is for. */
export function useProcessColumns(box: Box): Column<ProcessRow>[] {
  const words = useWords();
  return useMemo(() => {
    const { t, named } = words;
    return [
      { key: "title", title: t("processes.column.title"), width: 340, show: titleOf(t), onPhone: "title" },
      // Titles say it, as a rule.
      { key: "kind", title: t("processes.column.kind"), width: 116, show: named, isHidden: true },
      {
        key: "customer",
        title: t("processes.column.customer"),
        width: 190,
        show: (row) => row.customer_name ?? "–",
        isHidden: true,
      },
      ...(box === "todo" ? [] : [stateOf(words)]),
      {
        key: "node",
        title: t("processes.column.node"),
        width: 130,
        show: (row) => (row.node === null ? "–" : named(row.node)),
        onPhone: "line",
      },
      {
        key: "waiting_for",
        title: t("processes.column.waiting_for"),
        width: 150,
        show: (row) => <WaitingFor names={row.waiting_for} />,
        isHidden: box === "todo",
        ...(box === "todo" ? {} : { onPhone: "line" as const }),
      },
      {
        key: "initiator",
        title: t("processes.column.initiator"),
        width: 90,
        show: (row) => row.initiator.name,
        isHidden: box === "started",
        ...(box === "started" ? {} : { onPhone: "line" as const }),
      },
      ...ownOf(box, words),
      {
        key: "started_at",
        title: t("processes.column.started_at"),
        width: 150,
        sort: "started_at",
        show: (row) => minuteOf(row.started_at),
        isHidden: box === "done" || box === "copied",
        ...(box === "started" || box === "visible" ? { onPhone: "text" as const } : {}),
      },
      {
        key: "changed_at",
        title: t("processes.column.changed_at"),
        width: 120,
        sort: "changed_at",
        show: (row) => <span title={minuteOf(row.changed_at)}>{ago(row.changed_at)}</span>,
        isHidden: box === "todo" || box === "done" || box === "copied",
      },
    ];
  }, [box, words]);
}

function titleOf(t: Translate) {
  return (row: ProcessRow) => (
    <span className="process-title" title={row.title}>
      {row.is_unread && <Badge status="processing" text={<span className="unseen">{t("processes.unread")}</span>} />}
      <span className="process-title-words">{row.title}</span>
      {row.for_user && <Tag>{t("processes.for", { name: row.for_user.name })}</Tag>}
      {row.task_kind === "advise" && <Tag color="processing">{t("processes.advice_wanted")}</Tag>}
    </span>
  );
}

function stateOf({ t }: WordsInUse): Column<ProcessRow> {
  return {
    key: "state",
    title: t("processes.column.state"),
    width: 150,
    show: (row) => (
      <>
        <StateTag of="process_state" state={row.state} />
        {row.effect !== "in_force" && <EffectTag effect={row.effect} />}
      </>
    ),
    onPhone: "corner",
  };
}

/** The columns that only one box has. */
function ownOf(box: Box, { t }: WordsInUse): Column<ProcessRow>[] {
  switch (box) {
    case "todo":
      return [
        {
          key: "waiting_since",
          title: t("processes.column.waiting_since"),
          width: 100,
          sort: "waiting_since",
          show: (row) =>
            row.waiting_since && <span title={minuteOf(row.waiting_since)}>{waited(t, row.waiting_since)}</span>,
          onPhone: "line",
        },
        {
          key: "due_at",
          title: t("processes.column.due_at"),
          width: 150,
          sort: "due_at",
          show: (row) => <Due row={row} />,
          onPhone: "corner",
        },
      ];
    case "done":
      return [
        {
          key: "decided_at",
          title: t("processes.column.decided_at"),
          width: 150,
          sort: "decided_at",
          show: (row) => (row.decided_at === null ? "–" : minuteOf(row.decided_at)),
          onPhone: "line",
        },
      ];
    case "copied":
      return [
        {
          key: "copied_by",
          title: t("processes.column.copied_by"),
          width: 100,
          show: (row) => row.copied_by ?? "–",
          onPhone: "line",
        },
        {
          key: "copied_at",
          title: t("processes.column.copied_at"),
          width: 150,
          sort: "copied_at",
          show: (row) => (row.copied_at === null ? "–" : minuteOf(row.copied_at)),
          onPhone: "line",
        },
      ];
    default:
      return [];
  }
}

/** Everybody it waits for: as many as fit, all of them in the tip. */
function WaitingFor({ names }: { names: string[] }) {
  return names.length === 0 ? "–" : <span title={listed(names)}>{listed(names)}</span>;
}

function Due({ row }: { row: ProcessRow }) {
  const { t } = useWords();
  if (row.due_at === null) {
    return null;
  }
  return row.is_overdue ? (
    <Tag color="error" title={minuteOf(row.due_at)}>
      {t("processes.overdue_by", { time: waited(t, row.due_at) })}
    </Tag>
  ) : (
    minuteOf(row.due_at)
  );
}
