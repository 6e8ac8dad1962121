import { Button, Select, Space } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import type { Schemas } from "../../api/client";
import { useSession } from "../../shell/session";
import { useWords } from "../../words";
import "./panel.css";
import { RefusalReason, RefusalWords, RemedyButton } from "./remedy";
import { RunProgress } from "./run_progress";
import { isRunning, useBillingRun, useStartRun } from "./use_billing_run";
import "./reconcile.css";

interface DeskRefusalsProps {
  customerId: string;
  desk: Schemas["ReconcilableBills"];
}

/** The customer's products without a bill, what mends each, and 生成账单 once it is mended. */
export function DeskRefusals({ customerId, desk }: DeskRefusalsProps) {
  const { t } = useWords();
  const { may } = useSession();
  const run = useStartRun();
  return (
    <section className="panel">
      <div className="panel-head">
        <h2>{t("billing.refusal.missing")}</h2>
        {may("bills.generate") && (
          <Generate desk={desk} run={run} onGenerate={(month) => void run.start(month, customerId)} />
        )}
      </div>
      {run.runId !== undefined && <RunProgress id={run.runId} />}
      {desk.refusals.length === 0 ? (
        <p className="quiet">{t("billing.refusal.none")}</p>
      ) : (
        <ul className="refusals">
          {desk.refusals.map((refusal) => (
            <Refused key={refusal.id} refusal={refusal} />
          ))}
        </ul>
      )}
      {desk.more_refusals && <Link to={`/bill-refusals?customer_id=${customerId}`}>{t("billing.refusal.more")}</Link>}
    </section>
  );
}

function Refused({ refusal }: { refusal: Schemas["BillRefusal"] }) {
  return (
    <li className="refusal">
      <div className="refusal-words">
        <Space wrap size={8}>
          <strong>{`${refusal.month} ${refusal.product_name ?? ""}`}</strong>
          <RefusalReason refusal={refusal} />
        </Space>
        <p>
          <RefusalWords refusal={refusal} />
        </p>
      </div>
      <RemedyButton refusal={refusal} />
    </li>
  );
}

interface GenerateProps {
  desk: Schemas["ReconcilableBills"];
  run: ReturnType<typeof useStartRun>;
  onGenerate: (month: string) => void;
}

function Generate({ desk, run, onGenerate }: GenerateProps) {
  const { t } = useWords();
  const months = [...new Set([desk.month, ...desk.refusals.map(({ month }) => month)])].sort().reverse();
  const [month, setMonth] = useState(desk.month);
  const { data } = useBillingRun(run.runId);
  return (
    <Space wrap>
      <Select
        aria-label={t("billing.month")}
        value={month}
        onChange={setMonth}
        options={months.map((each) => ({ value: each, label: each }))}
      />
      <Button loading={run.isStarting || (data !== undefined && isRunning(data))} onClick={() => onGenerate(month)}>
        {t("billing.run.generate")}
      </Button>
    </Space>
  );
}
