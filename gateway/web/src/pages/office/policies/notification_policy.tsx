import { Form, InputNumber } from "antd";
import { api, type Schemas } from "../../../api/client";
import { useSession } from "../../../shell/session";
import { useWords } from "../../../words";
import { contentOf, type NotificationContent } from "./policy_contents";
import { PolicyShown } from "./policy_shown";
import { SmallPolicyForm } from "./small_policy_form";
import { VersionHistory } from "./version_history";

const PATH = "/api/v1/policies/notifications/versions";

const FIELDS = [
  { name: "reminder_hours", unit: "hours", min: 1, max: 1440 },
  { name: "escalation_hours", unit: "hours", min: 2, max: 1440 },
  { name: "months_kept", unit: "months", min: 1, max: 120 },
] as const;

/** When those who are waited for are reminded, and how long messages are kept. */
export function NotificationPolicy({ policy }: { policy: Schemas["NotificationPolicy"] }) {
  const { t } = useWords();
  const { may } = useSession();
  const title = t("office.policies.notifications");
  const lines = (shown: NotificationContent) =>
    FIELDS.map(({ name, unit }) => ({
      key: name,
      label: t(`office.policies.${name}`),
      value: t(`office.policies.${unit}`, { count: shown[name] }),
    }));
  return (
    <>
      {may("policies.write") ? (
        <SmallPolicyForm<NotificationContent, Schemas["NotificationPolicy"]>
          title={title}
          policy={policy}
          content={contentOf(policy)}
          lines={lines}
          onSave={(values, reason) =>
            api.PUT("/api/v1/policies/notifications", { body: { ...values, reason, version: policy.version } })
          }
        >
          {FIELDS.map(({ name, unit, min, max }) => (
            <div key={name} className="policy-rule">
              <span className="policy-rule-name">{t(`office.policies.${name}`)}</span>
              <Form.Item
                name={name}
                dependencies={name === "escalation_hours" ? ["reminder_hours"] : []}
                rules={[
                  { required: true, message: t("office.required") },
                  ({ getFieldValue }) => ({
                    validator: (_, hours) =>
                      name === "escalation_hours" && hours <= getFieldValue("reminder_hours")
                        ? Promise.reject(new Error(t("office.policies.escalation_later")))
                        : Promise.resolve(),
                  }),
                ]}
              >
                <InputNumber
                  min={min}
                  max={max}
                  precision={0}
                  suffix={t(unit === "hours" ? "office.policies.hour_unit" : "office.policies.month_unit")}
                  aria-label={t(`office.policies.${name}`)}
                  style={{ width: 140 }}
                />
              </Form.Item>
            </div>
          ))}
        </SmallPolicyForm>
      ) : (
        <PolicyShown title={title} lines={lines(policy)} />
      )}
      <VersionHistory<Schemas["NotificationPolicy"]>
        path={PATH}
        lines={lines}
        readPage={async (cursor, signal) => (await api.GET(PATH, { params: { query: { cursor } }, signal })).data}
      />
    </>
  );
}
