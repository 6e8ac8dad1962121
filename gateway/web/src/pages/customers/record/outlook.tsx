import { ArrowDownOutlined, ArrowUpOutlined } from "@ant-design/icons";
import { dayOf, daysBetween, today } from "../../../format/dates";
import { useWords } from "../../../words";
import { Completeness, LastContact } from "../marks";
import { useShown } from "./overview";

const SOON_DAYS = 7;

/** Whose the customer is, how well it is known, and what comes next for it in words. */
export function Outlook() {
  const { t, language } = useWords();
  const {
    overview: { customer, outlook },
  } = useShown();
  const { fall, lifts } = outlook;
  const left = fall?.on ? daysBetween(today(), fall.on) : null;
  const said = (prospect: { text_zh: string; text_en: string }) =>
    language === "en" ? prospect.text_en.replace(/^./, (first) => first.toUpperCase()) : prospect.text_zh;
  return (
    <section className="outlook" aria-label={t("customers.outlook.label")}>
      <dl>
        <div>
          <dt>{t("customers.owner")}</dt>
          <dd>{customer.owner_name ?? t("customers.nobody")}</dd>
        </div>
        <div>
          <dt>{t("customers.tier_since")}</dt>
          <dd>{dayOf(customer.tier_since)}</dd>
        </div>
        <div>
          <dt>{t("customers.last_contact")}</dt>
          <dd>
            <LastContact on={customer.last_log_on} />
          </dd>
        </div>
        <div>
          <dt>{t("customers.last_usage")}</dt>
          <dd>{customer.last_usage_on ?? "–"}</dd>
        </div>
        <div>
          <dt>{t("customers.contract_ends")}</dt>
          <dd>{customer.contract_ends_on ?? "–"}</dd>
        </div>
        <div>
          <dt>{t("customers.completeness")}</dt>
          <dd>
            <Completeness share={customer.completeness} />
          </dd>
        </div>
      </dl>
      {(fall !== null || lifts.length > 0) && (
        <ul>
          {fall !== null && (
            <li className={left !== null && left <= SOON_DAYS ? "loss" : undefined}>
              <ArrowDownOutlined aria-hidden /> {said(fall)}
              {left !== null && left <= SOON_DAYS && ` · ${t("customers.outlook.days_left", { count: left })}`}
            </li>
          )}
          {lifts.map((lift) => (
            <li key={lift.by}>
              <ArrowUpOutlined className="gain" aria-hidden /> {said(lift)}
            </li>
          ))}
        </ul>
      )}
      {customer.is_protected && fall === null && <p className="quiet">{t("customers.outlook.protected")}</p>}
    </section>
  );
}
