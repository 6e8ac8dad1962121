import { useMemo } from "react";
import { money } from "../../format/figures";
import { type Column, RecordList, type RowOf } from "../../list/record_list";
import { useWords } from "../../words";
import { Signed } from "./commission_totals";

type OwnerCommission = RowOf<"/api/v1/commission-statements/owners">;

const KEPT = ["month", "owner_id", "tab"];

/** A month's sums by salesperson: what is to be paid to whom. */
export function CommissionOwners({ month, onChoose }: { month: string; onChoose: (ownerId: string) => void }) {
  const { t } = useWords();
  const fixed = useMemo(() => ({ month }), [month]);
  const columns = useMemo<Column<OwnerCommission>[]>(() => {
    const figure = (value: string) => <span className="figure">{money(value)}</span>;
    return [
      {
        key: "owner",
        title: t("payments.owner"),
        width: 160,
        sort: "owner",
        show: (each) => each.owner_name,
        onPhone: "title",
      },
      {
        key: "commission",
        title: t("payments.commission.total"),
        width: 130,
        align: "right",
        sort: "commission",
        show: (each) => (
          <b>
            <Signed value={each.commission} />
          </b>
        ),
        onPhone: "corner",
      },
      {
        key: "profit",
        title: t("payments.commission.profit"),
        width: 130,
        align: "right",
        sort: "profit",
        show: (each) => figure(each.profit),
        onPhone: "line",
      },
      {
        key: "written_off",
        title: t("payments.commission.written_off"),
        width: 140,
        align: "right",
        show: (each) => figure(each.written_off),
        onPhone: "line",
      },
      {
        key: "earned",
        title: t("payments.commission.earned"),
        width: 120,
        align: "right",
        show: (each) => figure(each.earned),
        onPhone: "line",
      },
      {
        key: "credits",
        title: t("payments.commission.credits"),
        width: 110,
        align: "right",
        show: (each) => figure(each.interest_credits),
        onPhone: "line",
      },
      {
        key: "penalties",
        title: t("payments.commission.penalties"),
        width: 110,
        align: "right",
        show: (each) => figure(each.penalties),
        onPhone: "line",
      },
      {
        key: "reversed",
        title: t("payments.commission.reversed"),
        width: 110,
        align: "right",
        show: (each) => figure(each.reversed),
        onPhone: "line",
      },
      {
        key: "entries",
        title: t("payments.commission.entries"),
        width: 80,
        align: "right",
        show: (each) => each.entries,
      },
    ];
  }, [t]);
  return (
    <RecordList
      name="commission_owners"
      path="/api/v1/commission-statements/owners"
      fixed={fixed}
      kept={KEPT}
      columns={columns}
      keyOf={(each) => each.owner_id}
      onOpen={(each) => onChoose(each.owner_id)}
      empty={t("payments.commission.entries_none")}
    />
  );
}
