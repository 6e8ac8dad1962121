import { Tag } from "antd";
import { useMemo } from "react";
import { minuteOf } from "../../format/dates";
import { money } from "../../format/figures";
import type { Filter } from "../../list/filters";
import { type Column, RecordList, type RowOf } from "../../list/record_list";
import { customerFilter } from "../../pick/customer_filter";
import { Page } from "../../shell/page";
import { StateTag } from "../../shell/state_tag";
import { useTitle } from "../../shell/tabs";
import { useWords } from "../../words";

type WriteOff = RowOf<"/api/v1/write-offs">;

const STATES = ["started", "archived", "rejected", "withdrawn", "cancelled"] as const;

/** Write-offs and their reversals, whatever became of them. */
export function WriteOffsPage() {
  const { t, term } = useWords();
  useTitle(t("shell.menu.write_offs"));
  const columns = useMemo<Column<WriteOff>[]>(
    () => [
      {
        key: "customer",
        title: t("payments.customer"),
        width: 240,
        show: (writeOff) => writeOff.customer_name,
        onPhone: "title",
      },
      {
        key: "state",
        title: t("payments.state"),
        width: 100,
        show: (writeOff) => <StateTag of="write_off_state" state={writeOff.state} />,
        onPhone: "corner",
      },
      {
        key: "amount",
        title: t("payments.write_offs.amount"),
        width: 140,
        align: "right",
        sort: "amount",
        show: (writeOff) => <span className="figure">{money(writeOff.amount)}</span>,
        onPhone: "line",
      },
      {
        key: "kind",
        title: t("payments.write_offs.kind"),
        width: 130,
        show: (writeOff) => (
          <>
            {writeOff.reverses === null ? (
              t(writeOff.automatic ? "payments.automatic" : "payments.by_hand")
            ) : (
              <Tag>{t("payments.write_offs.reversal")}</Tag>
            )}
          </>
        ),
        onPhone: "line",
      },
      {
        key: "started_by",
        title: t("payments.write_offs.started_by"),
        width: 100,
        show: (writeOff) => writeOff.started_by_name || t("payments.write_offs.system"),
        onPhone: "line",
      },
      {
        key: "started_at",
        title: t("payments.write_offs.started_at"),
        width: 150,
        sort: "started_at",
        show: (writeOff) => minuteOf(writeOff.started_at),
        onPhone: "text",
      },
      {
        key: "finished_at",
        title: t("payments.write_offs.finished_at"),
        width: 150,
        show: (writeOff) => (writeOff.finished_at === null ? "–" : minuteOf(writeOff.finished_at)),
      },
      {
        key: "remarks",
        title: t("payments.remark"),
        width: 260,
        show: (writeOff) =>
          (writeOff.ended_why
            ? t("payments.write_offs.ended_by", { name: writeOff.ended_by ?? "", why: writeOff.ended_why })
            : writeOff.remarks) || "–",
        onPhone: "text",
      },
    ],
    [t],
  );
  const filters = useMemo<Filter[]>(
    () => [
      customerFilter(t("payments.customer")),
      {
        kind: "choice",
        name: "state",
        label: t("payments.state"),
        options: STATES.map((state) => ({ value: state, label: term("write_off_state", state) })),
      },
      {
        kind: "choice",
        name: "automatic",
        label: t("payments.write_offs.kind"),
        options: [
          { value: "true", label: t("payments.automatic") },
          { value: "false", label: t("payments.by_hand") },
        ],
      },
    ],
    [t, term],
  );
  return (
    <Page title={t("shell.menu.write_offs")} isFilled>
      <RecordList
        name="write_offs"
        path="/api/v1/write-offs"
        columns={columns}
        filters={filters}
        addressOf={(writeOff) => `/write-offs/${writeOff.id}`}
        empty={t("payments.write_offs.empty")}
      />
    </Page>
  );
}
