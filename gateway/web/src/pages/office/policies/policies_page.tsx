import { Tabs } from "antd";
import { query } from "../../../api/client";
import { Page } from "../../../shell/page";
import { Loaded } from "../../../shell/states";
import { useTitle } from "../../../shell/tabs";
import { useTab } from "../../../shell/use_tab";
import { useWords } from "../../../words";
import "../office.css";
import { FunnelPolicy } from "./funnel_policy";
import { MatchingPolicy } from "./matching_policy";
import { NotificationPolicy } from "./notification_policy";

const AREAS = ["funnel", "matching", "notifications"] as const;

/** The rules that administrators set, by area, with what they were before. */
export function PoliciesPage() {
  const { t } = useWords();
  useTitle(t("shell.menu.policies"));
  const [area, showArea] = useTab(AREAS);
  const policies = query.useQuery("get", "/api/v1/policies");
  return (
    <Page
      title={t("shell.menu.policies")}
      extra={
        <Tabs
          tabBarStyle={{ marginBottom: 0 }}
          activeKey={area}
          onChange={showArea}
          items={AREAS.map((key) => ({ key, label: t(`office.policies.${key}`) }))}
        />
      }
    >
      <Loaded query={policies} rows={14}>
        {({ funnel, matching, notifications }) =>
          area === "funnel" ? (
            <FunnelPolicy policy={funnel} />
          ) : area === "matching" ? (
            <MatchingPolicy policy={matching} />
          ) : (
            <NotificationPolicy policy={notifications} />
          )
        }
      </Loaded>
    </Page>
  );
}
