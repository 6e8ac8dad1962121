import { SearchOutlined } from "@ant-design/icons";
import { Input } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { query, type Schemas } from "../../api/client";
import { Page } from "../../shell/page";
import { EmptyState, Loaded } from "../../shell/states";
import { useTitle } from "../../shell/tabs";
import { useWords } from "../../words";
import type zh from "../../words/zh/processes.json";
import { startAddress } from "./start_address";
import "./start.css";

type Definition = Schemas["ShownDefinition"];
type Described = keyof typeof zh.start.about;

const GROUPS = {
  before: ["claim_customer", "test_account", "contract_review", "channel_registration", "price_adjustment"],
  during: ["recharge", "deferred_payment", "special_request", "billing_cycle_change", "ecommerce_order"],
  after: ["reconciliation", "bill_invoice", "no_bill_invoice", "write_off", "reversal"],
} as const;
const GROUP_NAMES = ["before", "during", "after", "other"] as const;
const GROUPED = new Set<string>(Object.values(GROUPS).flat());

function ofGroup(definitions: Definition[], group: (typeof GROUP_NAMES)[number]): Definition[] {
  return group === "other"
    ? definitions.filter(({ code }) => !GROUPED.has(code))
    : GROUPS[group].flatMap((code) => definitions.filter((definition) => definition.code === code));
}

/** Every process that one may start, in the order in which a customer's life asks for them. */
export function StartChooser() {
  const { t, named } = useWords();
  useTitle(t("processes.start.choose_title"));
  const [text, setText] = useState("");
  const definitions = query.useQuery(
    "get",
    "/api/v1/process-definitions",
    { params: { query: { startable: true } } },
    { staleTime: 5 * 60_000 },
  );
  const about = (code: string) => (GROUPED.has(code) ? t(`processes.start.about.${code as Described}`) : "");
  const fits = (definition: Definition) =>
    [definition.name_zh, definition.name_en, definition.code, about(definition.code)].some((words) =>
      words.toLowerCase().includes(text.trim().toLowerCase()),
    );
  return (
    <Page
      title={t("processes.start.choose_title")}
      actions={
        <Input
          allowClear
          prefix={<SearchOutlined aria-hidden />}
          placeholder={t("processes.start.search")}
          aria-label={t("processes.start.search")}
          value={text}
          onChange={({ target }) => setText(target.value)}
          style={{ width: 260, maxWidth: "100%" }}
        />
      }
    >
      <Loaded query={definitions}>
        {({ items }) => {
          const found = items.filter((definition) => definition.startable && fits(definition));
          return found.length === 0 ? (
            <EmptyState words={text ? t("common.list.empty") : t("processes.start.none")} />
          ) : (
            GROUP_NAMES.map((group) => {
              const shown = ofGroup(found, group);
              return shown.length === 0 ? null : (
                <section key={group} className="start-group">
                  <h2>{t(`processes.start.group.${group}`)}</h2>
                  <ul>
                    {shown.map((definition) => (
                      <li key={definition.code}>
                        <Link to={startAddress(definition.code)} className="start-card">
                          <strong>{named(definition)}</strong>
                          <span>{about(definition.code)}</span>
                          <span className="quiet">{definition.nodes.slice(1).map(named).join(" → ")}</span>
                        </Link>
                      </li>
                    ))}
                  </ul>
                </section>
              );
            })
          );
        }}
      </Loaded>
    </Page>
  );
}
