import { useInfiniteQuery } from "@tanstack/react-query";
import { Button, Descriptions, Drawer, Grid, Space } from "antd";
import { api, type Schemas } from "../../api/client";
import { fenOf, money } from "../../format/figures";
import { ExportButton } from "../../list/export_button";
import { LinkButton } from "../../shell/link_button";
import { ProblemState } from "../../shell/states";
import { useWords } from "../../words";
import { startAddress } from "../processes/start_address";
import { LedgerEntries } from "./ledger_entries";
import { useStartable } from "./use_startable";

const PATH = "/api/v1/accounts/{account_id}/ledger";
const PAGE_SIZE = 100;

interface LedgerDrawerProps {
  accountId: string | undefined;
  onClose: () => void;
}

function useLedger(accountId: string | undefined) {
  return useInfiniteQuery({
    queryKey: ["get", PATH, accountId],
    enabled: accountId !== undefined,
    initialPageParam: "",
    queryFn: async ({ pageParam, signal }) => {
      const { data } = await api.GET(PATH, {
        params: { path: { account_id: accountId ?? "" }, query: { page_size: PAGE_SIZE, cursor: pageParam } },
        signal,
      });
      return data as Schemas["Ledger"];
    },
    getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
  });
}

/** An account's balance, every entry that made it, and the way to recharge it. */
export function LedgerDrawer({ accountId, onClose }: LedgerDrawerProps) {
  const { t } = useWords();
  const isWide = Grid.useBreakpoint().lg ?? true;
  const ledger = useLedger(accountId);
  const balance = ledger.data?.pages[0]?.balance;
  return (
    <Drawer
      open={accountId !== undefined}
      onClose={onClose}
      title={balance ? t("billing.balance.ledger_of", { account: balance.identifier }) : t("billing.balance.ledger")}
      size={isWide ? 960 : "100%"}
      extra={accountId !== undefined && <ExportButton address={`/api/v1/accounts/${accountId}/ledger.xlsx`} />}
      destroyOnHidden
    >
      {ledger.error !== null && ledger.data === undefined ? (
        <ProblemState error={ledger.error} onRetry={() => void ledger.refetch()} />
      ) : (
        <Space orientation="vertical" size={16} style={{ width: "100%" }}>
          {balance && <BalanceHead balance={balance} />}
          <LedgerEntries
            entries={ledger.data?.pages.flatMap(({ items }) => items) ?? []}
            isLoading={ledger.isPending}
          />
          {ledger.hasNextPage && (
            <Button block loading={ledger.isFetchingNextPage} onClick={() => void ledger.fetchNextPage()}>
              {t("common.list.load_more")}
            </Button>
          )}
        </Space>
      )}
    </Drawer>
  );
}

function BalanceHead({ balance }: { balance: Schemas["Balance"] }) {
  const { t } = useWords();
  const { mayStart } = useStartable();
  return (
    <Space orientation="vertical" size={16} style={{ width: "100%" }}>
      <Descriptions
        size="small"
        column={{ xs: 1, sm: 2, lg: 3 }}
        items={[
          { key: "total", label: t("billing.balance.total"), children: <strong>{money(balance.total)}</strong> },
          { key: "prepay", label: t("billing.balance.prepay"), children: money(balance.prepay) },
          { key: "prepurchase", label: t("billing.balance.prepurchase"), children: money(balance.prepurchase) },
          { key: "held", label: t("billing.balance.held"), children: money(balance.held) },
          ...(balance.limit === null
            ? []
            : [
                { key: "limit", label: t("billing.balance.limit"), children: money(balance.limit) },
                { key: "until", label: t("billing.balance.until"), children: balance.until ?? "–" },
              ]),
        ]}
      />
      <Space wrap>
        {mayStart("recharge") && (
          <LinkButton type="primary" to={startAddress("recharge", balance.account_id)}>
            {t("billing.balance.recharge")}
          </LinkButton>
        )}
        {mayStart("reversal") && (fenOf(balance.prepay) ?? 0n) > 0n && (
          <LinkButton
            to={startAddress("reversal", balance.customer_id, {
              kind: "prepay_refund",
              target_id: balance.account_id,
            })}
          >
            {t("billing.balance.refund")}
          </LinkButton>
        )}
      </Space>
    </Space>
  );
}
