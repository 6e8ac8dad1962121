import { useMemo } from "react";
import type { Schemas } from "../../../api/client";
import { minuteOf } from "../../../format/dates";
import type { Column } from "../../../list/record_list";
import { StateTag } from "../../../shell/state_tag";
import { labelled, listed, useWords } from "../../../words";
import { useShown } from "./overview";
import { PartHead, PartRows } from "./part";

/** Its title without what stands beside it and above all of them: what it is, and whose. */
function aboutOf({ title, name_zh, customer_name }: Schemas["ProcessRow"]): string {
  const about = title.replace(`${name_zh}：`, "").replace(customer_name ?? "", "");
  return about.trim() || "–";
}

/** Every process about the customer, the one changed last first. */
export function ProcessesPart() {
  const { t, named } = useWords();
  const { overview } = useShown();
  const columns = useMemo<Column<Schemas["ProcessRow"]>[]>(
    () => [
      { key: "name", title: t("customers.process"), width: 112, show: (row) => named(row), onPhone: "title" },
      { key: "title", title: t("customers.processes.title"), width: 220, show: aboutOf, onPhone: "line" },
      {
        key: "state",
        title: t("customers.state"),
        width: 95,
        show: ({ state }) => <StateTag of="process_state" state={state} />,
        onPhone: "corner",
      },
      {
        key: "node",
        title: t("customers.processes.waiting_for"),
        width: 150,
        show: ({ node, waiting_for }) => (node ? labelled(named(node), listed(waiting_for)) : "–"),
        onPhone: "line",
      },
      {
        key: "changed",
        title: t("customers.processes.changed"),
        width: 140,
        show: ({ changed_at }) => <span className="figure">{minuteOf(changed_at)}</span>,
        onPhone: "line",
      },
    ],
    [t, named],
  );
  return (
    <section className="part">
      <PartHead title={t("customers.tab.processes")} />
      <PartRows
        name="processes"
        path="/api/v1/processes"
        asked={{ query: { customer_id: overview.customer.id, box: "visible" } }}
        section={overview.processes}
        columns={columns}
        addressOf={({ id }) => `/processes/${id}`}
        empty={t("customers.processes.empty")}
      />
    </section>
  );
}
