import { DatePicker } from "antd";
import dayjs from "dayjs";
import { lazy, Suspense, useMemo } from "react";
import { query, type Schemas } from "../../api/client";
import { thisMonth } from "../../format/dates";
import { quantity } from "../../format/figures";
import { CustomerSelect } from "../../pick/selects";
import { LinkButton } from "../../shell/link_button";
import { EmptyState, Loaded } from "../../shell/states";
import { useWords } from "../../words";
import "./panel.css";
import { segmentName } from "../../format/segments";
import { SmallTable } from "../../list/small_table";
import { useParameter } from "./use_parameter";

const UsageChart = lazy(async () => ({ default: (await import("./usage_chart")).UsageChart }));

/** One customer's month: each product's quantity by operator, drawn and in figures. */
export function UsageByProduct() {
  const { t } = useWords();
  const [customerId, setCustomer] = useParameter("customer_id");
  const [month = thisMonth(), setMonth] = useParameter("month");
  return (
    <div className="usage-parts">
      <div className="usage-ask">
        <div className="usage-customer">
          <CustomerSelect
            label={t("billing.customer")}
            placeholder={t("billing.usage.choose_customer")}
            value={customerId ?? null}
            onChange={setCustomer}
          />
        </div>
        <DatePicker
          picker="month"
          allowClear={false}
          aria-label={t("billing.usage.month")}
          value={dayjs(`${month}-01`)}
          onChange={(chosen) => setMonth(chosen?.format("YYYY-MM"))}
        />
        {customerId !== undefined && (
          <LinkButton to={`/usage?tab=days&month=${month}&customer_id=${customerId}`}>
            {t("billing.usage.see_days")}
          </LinkButton>
        )}
      </div>
      {customerId === undefined ? (
        <EmptyState words={t("billing.usage.choose_first")} />
      ) : (
        <Products customerId={customerId} month={month} />
      )}
    </div>
  );
}

function Products({ customerId, month }: { customerId: string; month: string }) {
  const { t } = useWords();
  const usage = query.useQuery("get", "/api/v1/usage/by-product", {
    params: { query: { customer_id: customerId, month } },
  });
  return (
    <Loaded query={usage}>
      {({ items }) =>
        items.length === 0 ? <EmptyState words={t("billing.usage.nothing_in", { month })} /> : <Figures usage={items} />
      }
    </Loaded>
  );
}

interface ProductSum {
  id: string;
  name: string;
  total: number;
  bySegment: Map<string, number>;
}

function sumsOf(usage: Schemas["ProductUsage"][]): { products: ProductSum[]; segments: string[] } {
  const products = new Map<string, ProductSum>();
  for (const { product_id, product_name, operator, quantity: sent } of usage) {
    const product = products.get(product_id) ?? {
      id: product_id,
      name: product_name ?? product_id,
      total: 0,
      bySegment: new Map<string, number>(),
    };
    product.total += sent;
    product.bySegment.set(operator, sent);
    products.set(product_id, product);
  }
  return { products: [...products.values()], segments: [...new Set(usage.map(({ operator }) => operator))].sort() };
}

function Figures({ usage }: { usage: Schemas["ProductUsage"][] }) {
  const words = useWords();
  const { t } = words;
  const { products, segments } = useMemo(() => sumsOf(usage), [usage]);
  const series = segments.map((code) => ({
    name: segmentName(code, words),
    values: products.map(({ bySegment }) => bySegment.get(code) ?? 0),
  }));
  return (
    <section className="panel">
      <Suspense fallback={<div style={{ height: 120 }} />}>
        <UsageChart categories={products.map(({ name }) => name)} series={series} label={t("billing.usage.chart")} />
      </Suspense>
      <SmallTable<ProductSum>
        keyOf={({ id }) => id}
        rows={products}
        columns={[
          { key: "name", title: t("billing.product"), show: ({ name }) => name },
          ...segments.map((code) => ({
            key: code,
            title: segmentName(code, words),
            align: "right" as const,
            show: (product: ProductSum) => quantity(product.bySegment.get(code) ?? 0),
          })),
          {
            key: "total",
            title: t("billing.total"),
            align: "right",
            show: (product) => <strong>{quantity(product.total)}</strong>,
          },
        ]}
      />
    </section>
  );
}
