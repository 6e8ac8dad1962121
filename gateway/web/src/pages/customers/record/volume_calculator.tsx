import { DatePicker, Form, InputNumber, Table } from "antd";
import dayjs from "dayjs";
import { useState } from "react";
import type { Schemas } from "../../../api/client";
import { asProblem } from "../../../api/problem";
import { today } from "../../../format/dates";
import { amount, money, quantity } from "../../../format/figures";
import { segmentName } from "../../../format/segments";
import { useQuote } from "../../../process_form/prices/use_quote";
import { useWords } from "../../../words";

/** For the input that stands for all operators together. */
const ALL = "";

/** What a volume would cost on a day, line by line, as the bill would say it. */
export function VolumeCalculator({ prices }: { prices: Schemas["ProductPrices"] }) {
  const words = useWords();
  const { t } = words;
  const [day, setDay] = useState(today());
  const [entered, setEntered] = useState<Record<string, number>>({});
  const segments = segmentsOn(prices, day);
  const volumes = segments
    .map((segment) => ({ segment: segment === ALL ? null : segment, quantity: entered[segment] ?? 0 }))
    .filter((volume) => volume.quantity > 0);
  const isAsked = volumes.length > 0;
  const quote = useQuote({ product_id: prices.product_id, day, volumes }, isAsked);
  if (segments.length === 0 && prices.items.length === 0) {
    return null;
  }
  return (
    <section className="part">
      <h2>{t("customers.prices.calculator")}</h2>
      <Form layout="inline" className="calculator">
        <Form.Item label={t("customers.prices.day")}>
          <DatePicker
            allowClear={false}
            value={dayjs(day)}
            aria-label={t("customers.prices.day")}
            onChange={(picked) => picked && setDay(picked.format("YYYY-MM-DD"))}
          />
        </Form.Item>
        {segments.map((segment) => {
          const label = segment === ALL ? t("customers.prices.volume") : segmentName(segment, words);
          return (
            <Form.Item key={segment} label={label}>
              <InputNumber
                min={0}
                precision={0}
                aria-label={label}
                value={entered[segment] ?? null}
                formatter={(value) => (value === undefined ? "" : `${value}`.replace(/\B(?=(\d{3})+(?!\d))/g, ","))}
                parser={(text) => Number((text ?? "").replace(/\D/g, ""))}
                onChange={(value) => setEntered({ ...entered, [segment]: value ?? 0 })}
                style={{ width: 150 }}
              />
            </Form.Item>
          );
        })}
      </Form>
      {segments.length === 0 && <p className="loss">{t("customers.prices.gap")}</p>}
      {quote.error !== null && isAsked && <p className="loss">{asProblem(quote.error).message}</p>}
      {quote.data && isAsked && quote.error === null && <Lines quote={quote.data} />}
    </section>
  );
}

function Lines({ quote }: { quote: Schemas["PriceQuote"] }) {
  const words = useWords();
  const { t, term } = words;
  return (
    <Table
      size="small"
      pagination={false}
      rowKey={({ segment, tier }) => `${segment} ${tier}`}
      dataSource={quote.lines}
      columns={[
        {
          title: t("customers.prices.line"),
          render: (_, { segment, above, up_to }) =>
            [
              segment === null ? "" : segmentName(segment, words),
              up_to === null
                ? above > 0
                  ? t("customers.prices.above", { quantity: quantity(above) })
                  : ""
                : t("customers.prices.up_to", { quantity: quantity(up_to) }),
            ]
              .filter(Boolean)
              .join(" · ") || term("price_kind", quote.kind),
        },
        {
          title: t("customers.money.quantity"),
          align: "right",
          render: (_, line) => quantity(line.quantity),
        },
        {
          title: t("customers.contracts.unit_price"),
          align: "right",
          render: (_, { unit_price }) => amount(unit_price, 3),
        },
        { title: t("customers.money.amount"), align: "right", render: (_, line) => money(line.amount) },
      ]}
      summary={() => (
        <Table.Summary.Row>
          <Table.Summary.Cell index={0}>{t("customers.total")}</Table.Summary.Cell>
          <Table.Summary.Cell index={1} align="right">
            {quantity(quote.quantity)}
          </Table.Summary.Cell>
          <Table.Summary.Cell index={2} />
          <Table.Summary.Cell index={3} align="right">
            <strong aria-live="polite">{money(quote.amount)}</strong>
          </Table.Summary.Cell>
        </Table.Summary.Row>
      )}
    />
  );
}

/** Of the price that holds on a day: the operators or countries that it parts; one for all where it parts none. */
function segmentsOn(prices: Schemas["ProductPrices"], day: string): string[] {
  const stretch = prices.timeline.find(
    ({ first_day, last_day }) => first_day <= day && (last_day === null || day <= last_day),
  );
  const price = prices.items.find(({ id }) => id === stretch?.price_id);
  return price === undefined ? [] : price.prices.map(({ segment }) => segment ?? ALL);
}
