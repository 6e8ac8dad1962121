import { Alert } from "antd";
import { useWords } from "../../../words";
import { Changes, type Lines, type Version } from "./version_history";

interface OvertakenProps<Policy> {
  /** As it was when one began to save. */
  seen: Policy;
  policy: Policy;
  lines: Lines<Policy>;
}

/** Where somebody has set a policy meanwhile: who, why, and what it changed. */
export function Overtaken<Policy extends Version>({ seen, policy, lines }: OvertakenProps<Policy>) {
  const { t } = useWords();
  return seen.version === policy.version ? null : (
    <Alert
      type="warning"
      showIcon
      style={{ marginBottom: 12 }}
      title={t("office.policies.overtaken", { name: policy.set_by_name, version: policy.version })}
      description={
        <>
          <div>{policy.reason}</div>
          <Changes before={seen} after={policy} lines={lines} />
          <div>{t("office.policies.overtaken_text")}</div>
        </>
      }
    />
  );
}
