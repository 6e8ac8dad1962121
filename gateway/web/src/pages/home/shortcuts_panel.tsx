import { RightOutlined } from "@ant-design/icons";
import { Link } from "react-router";
import { useSession } from "../../shell/session";
import { useWords, type WordKey } from "../../words";
import { Panel } from "./panel";

/** Where those go often whose work is not in the parts above: by what they may do. */
const SHORTCUTS: [permission: string, address: string, words: WordKey][] = [
  ["receipts.write", "/receipt-imports", "home.shortcuts.import_receipts"],
  ["receipts.assign", "/receipts?state=unmatched", "home.shortcuts.assign_receipts"],
  ["interest_exemptions.write", "/office/exemptions", "home.shortcuts.exemptions"],
  ["people.write", "/office/users", "home.shortcuts.users"],
  ["policies.write", "/office/policies", "home.shortcuts.policies"],
  ["definitions.write", "/office/definitions", "home.shortcuts.definitions"],
  ["jobs.write", "/office/jobs", "home.shortcuts.jobs"],
  ["audit.read", "/office/audit", "home.shortcuts.audit"],
  ["usage.assign", "/usage", "home.shortcuts.usage"],
  ["billing_runs.read", "/billing-runs", "home.shortcuts.billing_runs"],
  ["processes.read", "/processes?box=done", "home.shortcuts.done"],
  ["processes.act", "/deputies", "home.shortcuts.deputies"],
  ["message_preferences", "/settings?tab=messages", "home.shortcuts.messages"],
];
const SHOWN = 6;

export function ShortcutsPanel() {
  const { t } = useWords();
  const { may } = useSession();
  return (
    <Panel title={t("home.shortcuts.title")}>
      <ul className="lines">
        {SHORTCUTS.filter(([permission]) => may(permission))
          .slice(0, SHOWN)
          .map(([, address, words]) => (
            <li key={address}>
              <Link className="line" to={address}>
                <span className="line-words">{t(words)}</span>
                <RightOutlined className="quiet" />
              </Link>
            </li>
          ))}
      </ul>
    </Panel>
  );
}
