import { Tag } from "antd";
import { useMemo } from "react";
import { minuteOf } from "../../format/dates";
import { quantity } from "../../format/figures";
import type { Filter } from "../../list/filters";
import { type Column, RecordList, type RowOf } from "../../list/record_list";
import { useWords } from "../../words";
import { optionsOf, USAGE_WAYS } from "./filters";

type Report = RowOf<"/api/v1/usage-reports">;

const KEPT = ["tab"];

/** What the messaging platform reported, whichever way it came; also what a correction has replaced. */
export function UsageReports() {
  const { t, term } = useWords();
  const columns = useMemo<Column<Report>[]>(
    () => [
      { key: "id", title: t("billing.usage.report"), width: 260, show: (row) => row.report_id, onPhone: "title" },
      {
        key: "counted",
        title: t("billing.bill.state"),
        width: 100,
        show: (row) =>
          row.counted ? (
            <Tag color="success">{t("billing.usage.counted")}</Tag>
          ) : (
            <Tag>{t("billing.usage.replaced")}</Tag>
          ),
        onPhone: "corner",
      },
      { key: "source", title: t("billing.usage.source"), width: 170, show: (row) => row.source, onPhone: "line" },
      { key: "way", title: t("billing.usage.way"), width: 90, show: (row) => term("usage_way", row.way) },
      { key: "replaces", title: t("billing.usage.replaces"), width: 180, show: (row) => row.replaces ?? "–" },
      {
        key: "days",
        title: t("billing.usage.days"),
        width: 200,
        show: (row) => `${row.first_day} – ${row.last_day}`,
        onPhone: "line",
      },
      {
        key: "lines",
        title: t("billing.usage.lines"),
        width: 90,
        align: "right",
        show: (row) => quantity(row.line_count),
      },
      {
        key: "quantity",
        title: t("billing.quantity"),
        width: 130,
        align: "right",
        show: (row) => quantity(row.quantity),
        onPhone: "line",
      },
      {
        key: "recorded_at",
        title: t("billing.usage.came_at"),
        width: 150,
        sort: "recorded_at",
        show: (row) => minuteOf(row.recorded_at),
      },
    ],
    [t, term],
  );
  const filters = useMemo<Filter[]>(
    () => [
      { kind: "text", name: "source", label: t("billing.usage.source") },
      { kind: "choice", name: "way", label: t("billing.usage.way"), options: optionsOf("usage_way", USAGE_WAYS, term) },
      { kind: "flag", name: "counted", label: t("billing.usage.counted") },
    ],
    [t, term],
  );
  return (
    <RecordList
      name="usage_reports"
      path="/api/v1/usage-reports"
      columns={columns}
      filters={filters}
      kept={KEPT}
      empty={t("billing.usage.no_reports")}
    />
  );
}
