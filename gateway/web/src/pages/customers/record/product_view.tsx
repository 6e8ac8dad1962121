import { DatePicker, Drawer, Table, Tabs } from "antd";
import dayjs from "dayjs";
import { useState } from "react";
import { query, type Schemas } from "../../../api/client";
import { thisMonth } from "../../../format/dates";
import { quantity } from "../../../format/figures";
import { segmentName } from "../../../format/segments";
import { useSession } from "../../../shell/session";
import { EmptyState, Loaded } from "../../../shell/states";
import { useWords } from "../../../words";
import { SignaturesTable } from "../signatures_table";
import { useShown } from "./overview";
import { PriceTimeline } from "./price_timeline";
import { VolumeCalculator } from "./volume_calculator";

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
          <VolumeCalculator prices={each} />
        </div>
      )}
    </Loaded>
  );
}

function Signatures({ id }: { id: string }) {
  const { t } = useWords();
  const signatures = query.useQuery("get", "/api/v1/signatures", {
    params: { query: { product_id: id, state: "all", page_size: 200 } },
  });
  return (
    <Loaded query={signatures} rows={3}>
      {({ items }) =>
        items.length === 0 ? (
          <EmptyState words={t("customers.accounts.no_signatures")} />
        ) : (
          <SignaturesTable signatures={items} hasAccounts />
        )
      }
    </Loaded>
  );
}

function Usage({ id }: { id: string }) {
  const words = useWords();
  const { t } = words;
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
                { title: t("customers.usage.operator"), render: (_, each) => segmentName(each.operator, words) },
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
