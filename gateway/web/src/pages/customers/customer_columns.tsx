import { useMemo } from "react";
import { dayOf } from "../../format/dates";
import type { Column, RowOf } from "../../list/record_list";
import { useWords } from "../../words";
import { Completeness, CustomerMarks, DayAhead, LastContact, TierMark } from "./marks";

export type ListedCustomer = RowOf<"/api/v1/customers">;

/** What a list of customers can show of them. */
export function useCustomerColumns(): Column<ListedCustomer>[] {
  const { t, term } = useWords();
  return useMemo(
    () => [
      {
        key: "name",
        title: t("customers.name"),
        width: 280,
        sort: "name",
        show: (customer) => (
          <>
            {customer.name}
            <CustomerMarks customer={customer} />
          </>
        ),
        onPhone: "title",
      },
      {
        key: "tier",
        title: t("customers.tier"),
        width: 120,
        sort: "tier",
        show: ({ tier }) => <TierMark tier={tier} />,
        onPhone: "corner",
      },
      {
        key: "owner",
        title: t("customers.owner"),
        width: 100,
        sort: "owner_name",
        show: ({ owner_name }) => owner_name ?? "–",
        onPhone: "line",
      },
      {
        key: "last_log",
        title: t("customers.last_contact"),
        width: 130,
        sort: "last_log_on",
        show: ({ last_log_on }) => <LastContact on={last_log_on} />,
        onPhone: "line",
      },
      {
        key: "completeness",
        title: t("customers.completeness"),
        width: 150,
        sort: "completeness",
        show: ({ completeness }) => <Completeness share={completeness} />,
        onPhone: "line",
      },
      {
        key: "contract_end",
        title: t("customers.contract_ends"),
        width: 140,
        sort: "contract_ends_on",
        show: ({ contract_ends_on }) => <DayAhead on={contract_ends_on} />,
        onPhone: "line",
      },
      {
        key: "last_usage",
        title: t("customers.last_usage"),
        width: 130,
        sort: "last_usage_on",
        show: ({ last_usage_on }) => last_usage_on ?? "–",
      },
      {
        key: "department",
        title: t("customers.owner_department"),
        width: 130,
        show: ({ owner_department_name }) => owner_department_name ?? "–",
        isHidden: true,
      },
      {
        key: "industry",
        title: t("customers.industry"),
        width: 200,
        sort: "industry",
        show: ({ industry }) => term("industry", industry),
        isHidden: true,
      },
      {
        key: "region",
        title: t("customers.region"),
        width: 110,
        sort: "region",
        show: ({ region }) => region || "–",
        isHidden: true,
      },
      {
        key: "source",
        title: t("customers.source"),
        width: 110,
        sort: "source",
        show: ({ source }) => source || "–",
        isHidden: true,
      },
      {
        key: "tier_since",
        title: t("customers.tier_since"),
        width: 130,
        sort: "tier_since",
        show: ({ tier_since }) => dayOf(tier_since),
        isHidden: true,
      },
      {
        key: "created",
        title: t("customers.created"),
        width: 120,
        sort: "created_at",
        show: ({ created_at }) => dayOf(created_at),
        isHidden: true,
      },
    ],
    [t, term],
  );
}
