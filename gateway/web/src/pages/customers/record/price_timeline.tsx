import { Tag, Timeline } from "antd";
import { Link } from "react-router";
import type { Schemas } from "../../../api/client";
import { today } from "../../../format/dates";
import { amount, money, quantity } from "../../../format/figures";
import { segmentName } from "../../../format/segments";
import { EmptyState } from "../../../shell/states";
import { useWords } from "../../../words";

type Prices = Schemas["ProductPrices"];
type Price = Schemas["Price"];

/** Which price holds when, day by day without a gap; where none does, that is said: no bill is made for such days. */
export function PriceTimeline({ prices }: { prices: Prices }) {
  const { t } = useWords();
  const byId = new Map(prices.items.map((price) => [price.id, price]));
  const failed = prices.items.filter(({ problem }) => problem !== null);
  const sold = prices.items.filter(({ sold_once }) => sold_once !== null);
  if (prices.items.length === 0) {
    return <EmptyState words={t("customers.prices.empty")} />;
  }
  return (
    <section>
      <Timeline
        items={prices.timeline.toReversed().map(({ first_day, last_day, price_id }) => {
          const price = price_id === null ? undefined : byId.get(price_id);
          const isNow = first_day <= today() && (last_day === null || today() <= last_day);
          return {
            key: first_day,
            color: price === undefined ? "red" : isNow ? "green" : "gray",
            content: (
              <article className="log">
                <div className="log-head">
                  <span className="figure">
                    {last_day === null
                      ? t("customers.prices.from_on", { day: first_day })
                      : `${first_day} – ${last_day}`}
                  </span>
                  {isNow && <Tag>{t("customers.prices.now")}</Tag>}
                </div>
                {price === undefined ? (
                  <p className="loss">{t("customers.prices.gap")}</p>
                ) : (
                  <PriceTable price={price} />
                )}
              </article>
            ),
          };
        })}
      />
      {sold.map((price) => (
        <p key={price.id}>
          {t("customers.prices.sold_once", {
            quantity: quantity(price.sold_once?.quantity),
            amount: money(price.sold_once?.amount),
            month: price.sold_once?.due_month,
          })}{" "}
          <Link to={`/processes/${price.process_id}`}>{t("customers.process")}</Link>
        </p>
      ))}
      {failed.map((price) => (
        <p key={price.id} className="loss">
          {t("customers.prices.failed", { from: price.valid_from })}{" "}
          <Link to={`/processes/${price.process_id}`}>{t("customers.process")}</Link>
        </p>
      ))}
    </section>
  );
}

function PriceTable({ price }: { price: Price }) {
  const words = useWords();
  const { t, term } = words;
  return (
    <>
      <p>
        <Link to={`/processes/${price.process_id}`}>{term("price_kind", price.kind)}</Link>{" "}
        <span className="quiet">{price.initiated_by}</span>
      </p>
      <ul className="price-rows">
        {price.prices.map(({ segment, tiers }) => (
          <li key={segment ?? ""}>
            {segment !== null && <strong>{segmentName(segment, words)}</strong>}
            {tiers.map(({ up_to, unit_price }, index) => (
              <span key={up_to ?? "rest"} className="figure">
                {tiers.length > 1 && (
                  <span className="quiet">
                    {up_to === null
                      ? t("customers.prices.above", { quantity: quantity(tiers[index - 1]?.up_to ?? 0) })
                      : t("customers.prices.up_to", { quantity: quantity(up_to) })}{" "}
                  </span>
                )}
                {amount(unit_price, 3)}
              </span>
            ))}
          </li>
        ))}
      </ul>
    </>
  );
}
