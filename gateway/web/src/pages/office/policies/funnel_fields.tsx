import { Form, InputNumber, Select, Space, Switch } from "antd";
import type { Schemas } from "../../../api/client";
import { useWords } from "../../../words";
import { contentOf, type FunnelContent } from "./policy_contents";
import { FALLS, HELD_TIERS, RISES } from "./policy_lines";

/** The policy as its form holds it: the share of completeness in percent. */
export type FunnelValues = Omit<FunnelContent, "completeness"> & { completeness: number };

export function valuesOf(policy: Schemas["Policy"]): FunnelValues {
  return { ...contentOf(policy), completeness: Math.round(Number(policy.completeness) * 100) };
}

export function policyOf({ completeness, ...values }: FunnelValues): FunnelContent {
  return { ...values, completeness: (completeness / 100).toFixed(2) };
}

const LIMIT_MAX = 1_000_000;

export function FunnelFields() {
  const { t, term } = useWords();
  const needed = [{ required: true, message: t("office.required") }];
  return (
    <>
      <section className="office-panel">
        <h2>{t("office.policies.group.falls")}</h2>
        {FALLS.map(({ rule, window }) => (
          <div key={rule} className="policy-rule">
            <span className="policy-rule-name">{t(`office.policies.rule.${rule}`)}</span>
            <WindowFields name={[...window]} label={t(`office.policies.rule.${rule}`)} />
            <RuleSwitch rule={rule} />
          </div>
        ))}
        <div className="policy-rule">
          <span className="policy-rule-name">{t("office.policies.warning_days")}</span>
          <Form.Item name="warning_days" rules={needed}>
            <InputNumber
              min={0}
              max={90}
              precision={0}
              suffix={t("office.days")}
              aria-label={t("office.policies.warning_days")}
            />
          </Form.Item>
        </div>
      </section>
      <section className="office-panel">
        <h2>{t("office.policies.group.rises")}</h2>
        <div className="policy-grid">
          {RISES.map((rule) => (
            <div key={rule} className="policy-rule">
              <span className="policy-rule-name">{t(`office.policies.rule.${rule}`)}</span>
              <RuleSwitch rule={rule} />
            </div>
          ))}
        </div>
        <div className="policy-rule">
          <span className="policy-rule-name">{t("office.policies.completeness")}</span>
          <Form.Item name="completeness" rules={needed}>
            <InputNumber min={0} max={100} precision={0} suffix="%" aria-label={t("office.policies.completeness")} />
          </Form.Item>
        </div>
      </section>
      <section className="office-panel">
        <h2>{t("office.policies.group.pool")}</h2>
        <div className="policy-grid">
          <div className="policy-rule">
            <span className="policy-rule-name">{t("office.policies.claimed_tier")}</span>
            <Form.Item name="claimed_tier">
              <Select
                aria-label={t("office.policies.claimed_tier")}
                style={{ width: 140 }}
                options={(["silent", "intent"] as const).map((tier) => ({ value: tier, label: term("tier", tier) }))}
              />
            </Form.Item>
          </div>
          <div className="policy-rule">
            <span className="policy-rule-name">{t("office.policies.reclaim_wait_days")}</span>
            <Form.Item name="reclaim_wait_days" rules={needed}>
              <InputNumber
                min={0}
                max={3660}
                precision={0}
                suffix={t("office.days")}
                aria-label={t("office.policies.reclaim_wait_days")}
              />
            </Form.Item>
          </div>
          <Limit name="claims_per_day" label={t("office.policies.claims_per_day")} />
          {HELD_TIERS.map((tier) => (
            <Limit
              key={tier}
              name={["holding_limits", tier]}
              label={t("office.policies.holding_limit", { tier: term("tier", tier) })}
            />
          ))}
        </div>
      </section>
    </>
  );
}

function RuleSwitch({ rule }: { rule: keyof Schemas["RuleSwitches"] }) {
  const { t } = useWords();
  return (
    <Form.Item name={["rules", rule]} valuePropName="checked">
      <Switch
        aria-label={t(`office.policies.rule.${rule}`)}
        checkedChildren={t("office.policies.on")}
        unCheckedChildren={t("office.policies.off")}
      />
    </Form.Item>
  );
}

function WindowFields({ name, label }: { name: string[]; label: string }) {
  const { t } = useWords();
  const needed = [{ required: true, message: t("office.required") }];
  return (
    <Space size={8}>
      <Form.Item name={[...name, "months"]} rules={needed}>
        <InputNumber
          min={0}
          max={36}
          precision={0}
          suffix={t("office.policies.month_unit")}
          aria-label={`${label} ${t("office.policies.month_unit")}`}
          style={{ width: 110 }}
        />
      </Form.Item>
      <Form.Item name={[...name, "days"]} rules={needed}>
        <InputNumber
          min={0}
          max={1000}
          precision={0}
          suffix={t("office.days")}
          aria-label={`${label} ${t("office.days")}`}
          style={{ width: 110 }}
        />
      </Form.Item>
    </Space>
  );
}

/** How many; empty for any number. */
function Limit({ name, label }: { name: string | string[]; label: string }) {
  const { t } = useWords();
  return (
    <div className="policy-rule">
      <span className="policy-rule-name">{label}</span>
      <Form.Item name={name}>
        <InputNumber
          min={0}
          max={LIMIT_MAX}
          precision={0}
          placeholder={t("office.policies.any_number")}
          aria-label={label}
          style={{ width: 140 }}
        />
      </Form.Item>
    </div>
  );
}
