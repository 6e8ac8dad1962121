import { Tabs } from "antd";
import { useSearchParams } from "react-router";
import { Page } from "../../shell/page";
import { useTitle } from "../../shell/tabs";
import { useWords } from "../../words";
import { AccountPart } from "./account_part";
import { AppearancePart } from "./appearance_part";
import { ChannelsPart } from "./channels_part";
import { SessionsPart } from "./sessions_part";
import "./settings.css";

/** What one sets for oneself. */
export function SettingsPage() {
  const { t } = useWords();
  useTitle(t("messages.own.title"));
  const [params, setParams] = useSearchParams();
  const parts = [
    { key: "account", label: t("messages.own.account"), children: <AccountPart /> },
    { key: "sessions", label: t("messages.own.sessions"), children: <SessionsPart /> },
    { key: "messages", label: t("messages.own.messages"), children: <ChannelsPart /> },
    { key: "appearance", label: t("messages.own.appearance"), children: <AppearancePart /> },
  ];
  const shown = parts.find(({ key }) => key === params.get("tab"))?.key ?? "account";
  return (
    <Page title={t("messages.own.title")}>
      <Tabs activeKey={shown} items={parts} destroyOnHidden onChange={(tab) => setParams({ tab }, { replace: true })} />
    </Page>
  );
}
