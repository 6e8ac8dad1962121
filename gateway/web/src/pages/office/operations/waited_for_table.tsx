import { Table } from "antd";
import type { Schemas } from "../../../api/client";
import { minuteOf } from "../../../format/dates";
import { EmptyState } from "../../../shell/states";
import { useWords } from "../../../words";
import { duration } from "./duration";

/** Whom processes wait for, the one with the most first. */
export function WaitedForTable({ people }: { people: Schemas["WaitingPerson"][] }) {
  const { t } = useWords();
  return (
    <Table
      rowKey="user_id"
      size="middle"
      pagination={false}
      dataSource={people}
      scroll={{ x: "max-content" }}
      locale={{ emptyText: <EmptyState words={t("office.statistics.nobody")} /> }}
      columns={[
        { key: "name", title: t("office.statistics.who"), dataIndex: "name" },
        { key: "open", title: t("office.statistics.open"), align: "right", dataIndex: "open" },
        {
          key: "overdue",
          title: t("office.statistics.overdue"),
          align: "right",
          render: (_, { overdue }) => (overdue > 0 ? <span className="loss">{overdue}</span> : overdue),
        },
        {
          key: "oldest",
          title: t("office.statistics.oldest"),
          render: (_, { oldest_at, oldest_seconds }) => (
            <span title={minuteOf(oldest_at)}>{duration(oldest_seconds, t)}</span>
          ),
        },
        { key: "done", title: t("office.statistics.done"), align: "right", dataIndex: "done" },
        {
          key: "median",
          title: t("office.statistics.median"),
          align: "right",
          render: (_, { median_seconds }) => duration(median_seconds, t),
        },
      ]}
    />
  );
}
