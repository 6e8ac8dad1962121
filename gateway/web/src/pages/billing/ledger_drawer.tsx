import { useInfiniteQuery } from "@tanstack/react-query";
import { Button, Descriptions, Drawer, Grid, Space, Table } from "antd";
import { useState } from "react";
import { api, type Schemas } from "../../api/client";
import { amount, fenOf, money, quantity } from "../../format/figures";
import { useSession } from "../../shell/session";
import { EmptyState, ProblemState } from "../../shell/states";
import { useWords } from "../../words";
import { startAddress } from "../processes/start_address";
import { LinkButton } from "./link_button";
import { BillLink, ProcessLink } from "./links";
import { RechargeDates } from "./recharge_dates";
import { useStartable } from "./use_startable";

type Entry = Schemas["LedgerEntry"];

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
      destroyOnHidden
    >
      {ledger.error !== null && ledger.data === undefined ? (
        <ProblemState error={ledger.error} onRetry={() => void ledger.refetch()} />
      ) : (
        <Space orientation="vertical" size={16} style={{ width: "100%" }}>
          {balance && <BalanceHead balance={balance} />}
          <Entries entries={ledger.data?.pages.flatMap(({ items }) => items) ?? []} isLoading={ledger.isPending} />
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
    <>
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
    </>
  );
}

function Entries({ entries, isLoading }: { entries: Entry[]; isLoading: boolean }) {
  const { t, term } = useWords();
  const { may } = useSession();
  const [changed, setChanged] = useState<string>();
  return (
    <>
      <Table<Entry>
        size="small"
        rowKey="position"
        dataSource={entries}
        loading={isLoading}
        pagination={false}
        scroll={{ x: 760 }}
        locale={{ emptyText: isLoading ? " " : <EmptyState words={t("billing.balance.no_entries")} /> }}
        columns={[
          { key: "day", title: t("billing.balance.day"), dataIndex: "day", className: "figure" },
          {
            key: "kind",
            title: t("billing.invoice.kind"),
            render: (_, entry) => (
              <>
                {term("ledger_kind", entry.kind)} <span className="quiet">{term("recharge_type", entry.type)}</span>
              </>
            ),
          },
          {
            key: "amount",
            title: t("billing.amount"),
            align: "right",
            render: (_, entry) => (
              <span className={entry.amount.startsWith("-") ? undefined : "gain"}>{signed(entry.amount)}</span>
            ),
          },
          {
            key: "after",
            title: t("billing.balance.after"),
            align: "right",
            render: (_, entry) => amount(entry.balance_after),
          },
          { key: "from", title: t("billing.balance.from"), width: 300, render: (_, entry) => <Source entry={entry} /> },
          {
            key: "dates",
            title: t("billing.balance.dates"),
            render: (_, entry) => <Dates entry={entry} onChange={may("recharges.write") ? setChanged : undefined} />,
          },
        ]}
      />
      <RechargeDates processId={changed} onClose={() => setChanged(undefined)} />
    </>
  );
}

const signed = (value: string) => (value.startsWith("-") ? amount(value) : `+${amount(value)}`);

/** What moved the balance: a bill, or a process with what it agreed. */
function Source({ entry }: { entry: Entry }) {
  const { t } = useWords();
  return (
    <>
      {entry.bill_id !== null && <BillLink id={entry.bill_id} number={entry.bill_number} />}
      {entry.process_id !== null && <ProcessLink id={entry.process_id}>{t("billing.process")}</ProcessLink>}
      {entry.messages !== null && (
        <div className="quiet">
          {t("billing.balance.agreed", { messages: quantity(entry.messages), price: amount(entry.unit_price) })}
        </div>
      )}
      {entry.reason !== "" && entry.reason !== entry.bill_number && <div className="quiet">{entry.reason}</div>}
    </>
  );
}

/** Of a recharge: until when it was to be invoiced and paid, and when it was. */
function Dates({ entry, onChange }: { entry: Entry; onChange: ((processId: string) => void) | undefined }) {
  const { t } = useWords();
  if (entry.kind !== "recharge" || entry.process_id === null) {
    return null;
  }
  const processId = entry.process_id;
  return (
    <>
      <div className="figure">
        {t("billing.balance.invoiced", { day: entry.invoiced_on ?? "–", by: entry.invoice_deadline ?? "–" })}
      </div>
      <div className="figure">
        {t("billing.balance.paid", { day: entry.paid_on ?? "–", by: entry.payment_deadline ?? "–" })}
      </div>
      {onChange && (
        <Button type="link" size="small" style={{ padding: 0 }} onClick={() => onChange(processId)}>
          {t("billing.balance.enter_dates")}
        </Button>
      )}
    </>
  );
}
