import { useInfiniteQuery } from "@tanstack/react-query";
import { Button, Space } from "antd";
import { api, type Schemas } from "../../api/client";
import { money } from "../../format/figures";
import { ProblemState } from "../../shell/states";
import { useWords } from "../../words";
import { DeskBills } from "./desk_bills";
import { DeskRefusals } from "./desk_refusals";
import { DeskSelection } from "./desk_selection";
import { useBillSelection } from "./use_bill_selection";
import "./panel.css";
import "./reconcile.css";

const PATH = "/api/v1/customers/{customer_id}/reconcilable-bills";
const PAGE_SIZE = 200;

function useReconcilableBills(customerId: string) {
  return useInfiniteQuery({
    queryKey: ["get", PATH, customerId],
    initialPageParam: "",
    queryFn: async ({ pageParam, signal }) => {
      const { data } = await api.GET(PATH, {
        params: { path: { customer_id: customerId }, query: { page_size: PAGE_SIZE, cursor: pageParam } },
        signal,
      });
      return data as Schemas["ReconcilableBills"];
    },
    getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
    staleTime: 0,
  });
}

/** Everything about one customer's reconciliation: its bills, what is selected of them, and why others are missing. */
export function ReconciliationDesk({ customerId }: { customerId: string }) {
  const { t } = useWords();
  const found = useReconcilableBills(customerId);
  const selection = useBillSelection(customerId);
  const first = found.data?.pages[0];
  const bills = found.data?.pages.flatMap(({ items }) => items) ?? [];
  if (found.error !== null && found.data === undefined) {
    return <ProblemState error={found.error} onRetry={() => void found.refetch()} />;
  }
  const open = bills.filter(({ selectable }) => selectable);
  return (
    <div className="desk">
      <div className="desk-main">
        <section className="panel">
          <div className="panel-head">
            <h2>{t("billing.desk.bills")}</h2>
            <Space wrap>
              {first && (
                <span className="quiet">
                  {t("billing.desk.open_sum", { count: first.open.bill_count, amount: money(first.open.owed) })}
                </span>
              )}
              <Button
                size="small"
                disabled={open.length === 0 || selection.ids.length === open.length}
                onClick={() => selection.select(open.map(({ id }) => id))}
              >
                {t("billing.desk.select_all")}
              </Button>
            </Space>
          </div>
          <DeskBills bills={bills} isLoading={found.isPending} selected={selection.ids} onSelect={selection.select} />
          {found.hasNextPage && (
            <Button block loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
              {t("common.list.load_more")}
            </Button>
          )}
        </section>
        {first && <DeskRefusals customerId={customerId} desk={first} />}
      </div>
      <DeskSelection customerId={customerId} bills={bills} selection={selection} />
    </div>
  );
}
