import type { Schemas } from "../../../api/client";
import { minuteOf } from "../../../format/dates";
import { SmallTable } from "../../../list/small_table";
import { useWords } from "../../../words";
import { duration } from "./duration";

/** Whom processes wait for, the one with the most first. */
export function WaitedForTable({ people }: { people: Schemas["WaitingPerson"][] }) {
  const { t } = useWords();
  return (
    <SmallTable
      keyOf={({ user_id }) => user_id}
      rows={people}
      empty={t("office.statistics.nobody")}
      columns={[
        { key: "name", title: t("office.statistics.who"), show: ({ name }) => name },
        { key: "open", title: t("office.statistics.open"), align: "right", show: ({ open }) => open },
        {
          key: "overdue",
          title: t("office.statistics.overdue"),
          align: "right",
          show: ({ overdue }) => (overdue > 0 ? <span className="loss">{overdue}</span> : overdue),
        },
        {
          key: "oldest",
          title: t("office.statistics.oldest"),
          show: ({ oldest_at, oldest_seconds }) => (
            <span title={minuteOf(oldest_at)}>{duration(oldest_seconds, t)}</span>
          ),
        },
        { key: "done", title: t("office.statistics.done"), align: "right", show: ({ done }) => done },
        {
          key: "median",
          title: t("office.statistics.median"),
          align: "right",
          show: ({ median_seconds }) => duration(median_seconds, t),
        },
      ]}
    />
  );
}
