import { Tabs } from "antd";
import { Page } from "../../shell/page";
import { useTitle } from "../../shell/tabs";
import { useTab } from "../../shell/use_tab";
import { useWords } from "../../words";
import { AccountPart } from "./account_part";
import { AppearancePart } from "./appearance_part";
import { ChannelsPart } from "./channels_part";
import { SessionsPart } from "./sessions_part";
import "./settings.css";

const TABS = ["account", "sessions", "messages", "appearance"] as const;

/** What one sets for oneself. */
export function SettingsPage() {
  const { t } = useWords();
  useTitle(t("messages.own.title"));
  const [tab, showTab] = useTab(TABS);
  const parts = [
    { key: "account", label: t("messages.own.account"), children: <AccountPart /> },
    { key: "sessions", label: t("messages.own.sessions"), children: <SessionsPart /> },
    { key: "messages", label: t("messages.own.messages"), children: <ChannelsPart /> },
    { key: "appearance", label: t("messages.own.appearance"), children: <AppearancePart /> },
  ];
  return (
    <Page title={t("messages.own.title")}>
      <Tabs activeKey={tab} items={parts} destroyOnHidden onChange={showTab} />
    </Page>
  );
}
