import { Form, Switch } from "antd";
import { api, type Schemas } from "../../../api/client";
import { useSession } from "../../../shell/session";
import { useWords } from "../../../words";
import { contentOf, type MatchingContent } from "./policy_contents";
import { PolicyShown } from "./policy_shown";
import { SmallPolicyForm } from "./small_policy_form";
import { VersionHistory } from "./version_history";

const PATH = "/api/v1/policies/matching/versions";

/** How receipts find their customers. */
export function MatchingPolicy({ policy }: { policy: Schemas["MatchingPolicy"] }) {
  const { t } = useWords();
  const { may } = useSession();
  const title = t("office.policies.matching");
  const lines = ({ match_bank_account }: MatchingContent) => [
    {
      key: "match_bank_account",
      label: t("office.policies.match_bank_account"),
      value: t(match_bank_account ? "office.policies.on" : "office.policies.off"),
    },
  ];
  return (
    <>
      {may("policies.write") ? (
        <SmallPolicyForm<MatchingContent, Schemas["MatchingPolicy"]>
          title={title}
          policy={policy}
          content={contentOf(policy)}
          lines={lines}
          onSave={(values, reason) =>
            api.PUT("/api/v1/policies/matching", { body: { ...values, reason, version: policy.version } })
          }
        >
          <div className="policy-rule">
            <span className="policy-rule-name">
              {t("office.policies.match_bank_account")}
              <div className="quiet">{t("office.policies.match_bank_account_note")}</div>
            </span>
            <Form.Item name="match_bank_account" valuePropName="checked">
              <Switch
                aria-label={t("office.policies.match_bank_account")}
                checkedChildren={t("office.policies.on")}
                unCheckedChildren={t("office.policies.off")}
              />
            </Form.Item>
          </div>
        </SmallPolicyForm>
      ) : (
        <PolicyShown title={title} lines={lines(policy)} />
      )}
      <VersionHistory<Schemas["MatchingPolicy"]>
        path={PATH}
        lines={lines}
        readPage={async (cursor, signal) => (await api.GET(PATH, { params: { query: { cursor } }, signal })).data}
      />
    </>
  );
}
