import { Button } from "antd";
import { lazy, Suspense, useState } from "react";
import { Link } from "react-router";
import type { Schemas } from "../../api/client";
import { nearDay } from "../../format/dates";
import { LinkButton } from "../../shell/link_button";
import { useSession } from "../../shell/session";
import { bringPlaces, useWords } from "../../words";
import { startAddress } from "../processes/start_address";
import { AllLink, Panel } from "./panel";

type Falling = Schemas["FallingCustomer"];

// Its fields are called as the customer's page calls them.
const LogDrawer = lazy(async () => {
  const [{ LogDrawer: drawer }] = await Promise.all([import("./log_drawer"), bringPlaces()]);
  return { default: drawer };
});
const SOON_DAYS = 3;

/** Customers that fall to a lower tier unless something is done: when, why, and what prevents it at a click. */
export function FallsPanel({ falls }: { falls: Schemas["Falls"] }) {
  const { t } = useWords();
  const [logged, setLogged] = useState<Falling>();
  const title = t("home.falls.title");
  return (
    <Panel
      title={title}
      note={t("home.falls.count", {
        count: falls.total,
        total: falls.is_more ? `${falls.total}+` : falls.total,
        days: falls.within_days,
      })}
      extra={<AllLink to={`/customers?falls_within_days=${falls.within_days}`} of={title} />}
    >
      {falls.items.length === 0 ? (
        <p className="quiet panel-calm">{t("home.falls.none", { days: falls.within_days })}</p>
      ) : (
        <ul className="rows">
          {falls.items.map((customer) => (
            <FallingRow key={customer.customer_id} customer={customer} onLog={() => setLogged(customer)} />
          ))}
        </ul>
      )}
      <Suspense fallback={null}>
        {logged !== undefined && <LogDrawer customer={logged} onClose={() => setLogged(undefined)} />}
      </Suspense>
    </Panel>
  );
}

function FallingRow({ customer, onLog }: { customer: Falling; onLog: () => void }) {
  const { t, term, language } = useWords();
  const { may, is, user } = useSession();
  const { customer_id, customer_name, fall, prevented_by } = customer;
  const canLog = prevented_by.includes("contact_log") && may("customers.write");
  const canRenew = prevented_by.includes("contract") && is("sales", "sales_lead");
  return (
    <li className="row">
      <span className={customer.days_left <= SOON_DAYS ? "row-when loss" : "row-when"}>
        {customer.days_left === 0 ? t("home.falls.tonight") : fall.on === null ? "" : nearDay(fall.on)}
      </span>
      <div className="row-words">
        <Link to={`/customers/${customer_id}`}>{customer_name}</Link>
        <span className="row-note">
          {t("home.falls.from_to", { from: term("tier", customer.tier), to: term("tier", fall.to_tier) })}
          {customer.owner_id !== user.id && customer.owner_name !== null && ` · ${customer.owner_name}`}
        </span>
        <p className="quiet">{language === "en" ? fall.text_en : fall.text_zh}</p>
      </div>
      <div className="row-actions">
        {canRenew && (
          <LinkButton size="small" to={startAddress("contract_review", customer_id)}>
            {t("home.falls.renew")}
          </LinkButton>
        )}
        {canLog && (
          <Button size="small" onClick={onLog} aria-label={t("home.falls.log_of", { name: customer_name })}>
            {t("home.falls.log")}
          </Button>
        )}
      </div>
    </li>
  );
}
