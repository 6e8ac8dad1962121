import { DatePicker, Drawer, Table, Tabs } from "antd";
import dayjs from "dayjs";
import { useState } from "react";
import { Link } from "react-router";
import { query, type Schemas } from "../../../api/client";
import { dayOf, thisMonth } from "../../../format/dates";
import { quantity } from "../../../format/figures";
import { useSession } from "../../../shell/session";
import { StateTag } from "../../../shell/state_tag";
import { EmptyState, Loaded } from "../../../shell/states";
import { useWords } from "../../../words";
import { useShown } from "./overview";
import { PriceCalculator } from "./price_calculator";
import { PriceTimeline } from "./price_timeline";

interface ProductViewProps {
  /** Undefined: closed. */
  id: string | undefined;
  product: Schemas["Product"] | undefined;
  onClose: () => void;
}

/** One product from near: its prices over time with a calculator, its signatures, what it was used for. */
export function ProductView({ id, product, onClose }: ProductViewProps) {
  const { t } = useWords();
  const { may } = useSession();
  const items = [
    may("prices.read") && { key: "prices", label: t("customers.prices.title"), children: <Prices id={id ?? ""} /> },
    { key: "signatures", label: t("customers.accounts.signatures"), children: <Signatures id={id ?? ""} /> },
    may("usage.read") && { key: "usage", label: t("customers.usage.title"), children: <Usage id={id ?? ""} /> },
  ].filter((item) => item !== false);
  return (
    <Drawer
      open={id !== undefined}
      onClose={onClose}
      title={product?.name ?? t("customers.product")}
      size={720}
      destroyOnHidden
    >
      <Tabs items={items} />
    </Drawer>
  );
}

function Prices({ id }: { id: string }) {
  const prices = query.useQuery("get", "/api/v1/products/{product_id}/prices", {
    params: { path: { product_id: id } },
  });
  return (
    <Loaded query={prices}>
      {(each) => (
        <div className="parts">
          <PriceTimeline prices={each} />
          <PriceCalculator prices={each} />
        </div>
      )}
    </Loaded>
  );
}

function Signatures({ id }: { id: string }) {
  const { t, term } = useWords();
  const signatures = query.useQuery("get", "/api/v1/signatures", {
    params: { query: { product_id: id, state: "all", page_size: 200 } },
  });
  return (
    <Loaded query={signatures} rows={3}>
      {({ items }) => (
        <Table
          size="small"
          pagination={false}
          rowKey={({ process_id, account_id, channel }) => `${process_id} ${account_id} ${channel}`}
          dataSource={items}
          scroll={{ x: "max-content" }}
          locale={{ emptyText: <EmptyState words={t("customers.accounts.no_signatures")} /> }}
          columns={[
            { title: t("customers.accounts.signature"), render: (_, each) => `【${each.signature}】` },
            { title: t("customers.accounts.identifier"), dataIndex: "account_identifier" },
            { title: t("customers.accounts.type"), render: (_, each) => term("signature_type", each.type) },
            { title: t("customers.accounts.channel"), render: (_, each) => each.channel || "–" },
            {
              title: t("customers.state"),
              render: (_, { state, result_note }) => (
                <span title={result_note}>
                  <StateTag of="signature_state" state={state} />
                </span>
              ),
            },
            {
              title: t("customers.process"),
              render: (_, { process_id, settled_at }) => (
                <Link to={`/processes/${process_id}`}>{dayOf(settled_at)}</Link>
              ),
            },
          ]}
        />
      )}
    </Loaded>
  );
}

function Usage({ id }: { id: string }) {
  const { t, term } = useWords();
  const { overview } = useShown();
  const [month, setMonth] = useState(overview.customer.last_usage_on?.slice(0, 7) ?? thisMonth());
  const usage = query.useQuery("get", "/api/v1/usage/by-product", {
    params: { query: { customer_id: overview.customer.id, month } },
  });
  return (
    <div className="parts">
      <DatePicker
        picker="month"
        allowClear={false}
        aria-label={t("customers.money.month")}
        value={dayjs(`${month}-01`)}
        onChange={(picked) => picked && setMonth(picked.format("YYYY-MM"))}
      />
      <Loaded query={usage} rows={3}>
        {({ items }) => {
          const own = items.filter(({ product_id }) => product_id === id);
          return own.length === 0 ? (
            <EmptyState words={t("customers.usage.empty", { month })} />
          ) : (
            <Table
              size="small"
              pagination={false}
              rowKey="operator"
              dataSource={own}
              columns={[
                { title: t("customers.usage.operator"), render: (_, each) => term("operator", each.operator) },
                {
                  title: t("customers.money.quantity"),
                  align: "right",
                  render: (_, each) => quantity(each.quantity),
                },
              ]}
              summary={() => (
                <Table.Summary.Row>
                  <Table.Summary.Cell index={0}>{t("customers.total")}</Table.Summary.Cell>
                  <Table.Summary.Cell index={1} align="right">
                    {quantity(own.reduce((sum, each) => sum + each.quantity, 0))}
                  </Table.Summary.Cell>
                </Table.Summary.Row>
              )}
            />
          );
        }}
      </Loaded>
    </div>
  );
}
