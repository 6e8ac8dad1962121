import { Tabs } from "antd";
import { Page } from "../../shell/page";
import { useSession } from "../../shell/session";
import { useTitle } from "../../shell/tabs";
import { useWords } from "../../words";
import { AssignedNames } from "./assigned_names";
import { UnknownAccounts } from "./unknown_accounts";
import { UsageByProduct } from "./usage_by_product";
import { UsageDays } from "./usage_days";
import { UsageImports } from "./usage_imports";
import { UsageReports } from "./usage_reports";
import "./usage.css";
import { useTab } from "../../shell/use_tab";

const TABS = ["products", "days", "unknown", "assigned", "imports", "reports"] as const;

const SHOWN = {
  products: UsageByProduct,
  days: UsageDays,
  unknown: UnknownAccounts,
  assigned: AssignedNames,
  imports: UsageImports,
  reports: UsageReports,
};

/** What was sent, whose it is, and how it came. */
export function UsagePage() {
  const { t } = useWords();
  const { may } = useSession();
  const [tab, showTab] = useTab(TABS);
  useTitle(t("shell.menu.usage"));
  const tabs = TABS.filter((each) => {
    switch (each) {
      case "unknown":
        return may("usage.unknown");
      case "imports":
      case "reports":
        return may("usage.report");
      default:
        return true;
    }
  });
  const Shown = SHOWN[tabs.includes(tab) ? tab : "products"];
  return (
    <Page
      title={t("shell.menu.usage")}
      isFilled
      extra={
        <Tabs
          className="usage-tabs"
          activeKey={tab}
          onChange={showTab}
          items={tabs.map((each) => ({ key: each, label: t(`billing.usage.tab.${each}`) }))}
        />
      }
    >
      <Shown />
    </Page>
  );
}
