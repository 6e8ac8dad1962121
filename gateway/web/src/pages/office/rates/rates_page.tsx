import { Tabs } from "antd";
import { useSearchParams } from "react-router";
import { Page } from "../../../shell/page";
import { useSession } from "../../../shell/session";
import { useTitle } from "../../../shell/tabs";
import { useWords } from "../../../words";
import "../office.css";
import { CommissionRates } from "./commission_rates";
import { InterestRates } from "./interest_rates";
import { UnitCosts } from "./unit_costs";

const KINDS = [
  { key: "commission", needs: "commission_rates.read", Shown: CommissionRates },
  { key: "costs", needs: "unit_costs.read", Shown: UnitCosts },
  { key: "interest", needs: "interest_rates.read", Shown: InterestRates },
] as const;

/** What commission is computed by: which part sales earns, what a message costs, what late money costs. */
export function RatesPage() {
  const { t } = useWords();
  useTitle(t("shell.menu.rates"));
  const { may } = useSession();
  const [params, setParams] = useSearchParams();
  const kinds = KINDS.filter(({ needs }) => may(needs));
  const chosen = kinds.find(({ key }) => key === params.get("tab")) ?? kinds[0];
  return (
    <Page
      title={t("shell.menu.rates")}
      extra={
        <Tabs
          tabBarStyle={{ marginBottom: 0 }}
          activeKey={chosen?.key}
          onChange={(tab) => setParams(tab === kinds[0]?.key ? {} : { tab })}
          items={kinds.map(({ key }) => ({ key, label: t(`office.rates.${key}`) }))}
        />
      }
    >
      {chosen && <chosen.Shown />}
    </Page>
  );
}
