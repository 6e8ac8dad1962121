import { useMemo } from "react";
import { Link } from "react-router";
import type { Schemas } from "../../api/client";
import { amount, money, quantity } from "../../format/figures";
import type { Column } from "../../list/record_list";
import { StateTag } from "../../shell/state_tag";
import { useWords } from "../../words";
import { DayAhead } from "./marks";

export type Contract = Schemas["Contract"];

export function useContractColumns(): Column<Contract>[] {
  const { t } = useWords();
  return useMemo(
    () => [
      {
        key: "number",
        title: t("customers.contracts.number"),
        width: 190,
        sort: "number",
        show: ({ number }) => number,
        onPhone: "title",
      },
      {
        key: "customer",
        title: t("customers.customer"),
        width: 220,
        sort: "customer_name",
        show: ({ customer_id, customer_name }) => (
          <Link to={`/customers/${customer_id}?tab=contracts`} onClick={(event) => event.stopPropagation()}>
            {customer_name}
          </Link>
        ),
        onPhone: "line",
      },
      {
        key: "state",
        title: t("customers.state"),
        width: 100,
        show: ({ state }) => <StateTag of="contract_state" state={state} />,
        onPhone: "corner",
      },
      {
        key: "from",
        title: t("customers.contracts.valid_from"),
        width: 110,
        show: ({ valid_from }) => valid_from,
        isHidden: true,
      },
      {
        key: "to",
        title: t("customers.contracts.valid_to"),
        width: 110,
        sort: "valid_to",
        show: ({ valid_to, state }) => (state === "in_force" ? <DayAhead on={valid_to} /> : valid_to),
        onPhone: "line",
      },
      {
        key: "amount",
        title: t("customers.contracts.amount"),
        width: 120,
        align: "right",
        sort: "amount",
        show: ({ amount: total }) => money(total),
        onPhone: "line",
      },
      {
        key: "volume",
        title: t("customers.contracts.monthly_volume"),
        width: 115,
        align: "right",
        show: ({ monthly_volume }) => quantity(monthly_volume),
      },
      {
        key: "unit_price",
        title: t("customers.contracts.unit_price"),
        width: 90,
        align: "right",
        show: ({ unit_price }) => amount(unit_price, 3),
      },
      {
        key: "owner",
        title: t("customers.owner"),
        width: 90,
        show: ({ owner_name }) => owner_name ?? "–",
        onPhone: "line",
      },
      {
        key: "renewing",
        title: t("customers.contracts.auto_renewing"),
        width: 100,
        show: ({ is_auto_renewing }) => t(is_auto_renewing ? "common.yes" : "common.no"),
        isHidden: true,
      },
      {
        key: "standard",
        title: t("customers.contracts.standard"),
        width: 100,
        show: ({ is_standard }) => t(is_standard ? "common.yes" : "common.no"),
        isHidden: true,
      },
    ],
    [t],
  );
}
