import { Form, Grid } from "antd";
import { useState } from "react";
import { api, type Schemas } from "../../../api/client";
import { useSession } from "../../../shell/session";
import { useWords } from "../../../words";
import { FunnelFields, type FunnelValues, policyOf, valuesOf } from "./funnel_fields";
import { FunnelSaving } from "./funnel_saving";
import type { FunnelContent } from "./policy_contents";
import { PolicyFoot } from "./policy_foot";
import { useFunnelLines } from "./policy_lines";
import { PolicyShown } from "./policy_shown";
import { VersionHistory } from "./version_history";

const PATH = "/api/v1/policies/funnel/versions";

/** The policy of funnel and pool: to be set by those who may, with a preview; to be read by the others. */
export function FunnelPolicy({ policy }: { policy: Schemas["Policy"] }) {
  const { t } = useWords();
  const { may } = useSession();
  const lines = useFunnelLines();
  return (
    <>
      {may("policies.write") ? (
        <FunnelForm policy={policy} />
      ) : (
        (["falls", "rises", "pool"] as const).map((group) => (
          <PolicyShown
            key={group}
            title={t(`office.policies.group.${group}`)}
            lines={lines(policy).filter((line) => line.group === group)}
          />
        ))
      )}
      <VersionHistory<Schemas["Policy"]>
        path={PATH}
        lines={lines}
        readPage={async (cursor, signal) => (await api.GET(PATH, { params: { query: { cursor } }, signal })).data}
      />
    </>
  );
}

function FunnelForm({ policy }: { policy: Schemas["Policy"] }) {
  const { t } = useWords();
  const isWide = Grid.useBreakpoint().md ?? true;
  const [form] = Form.useForm<FunnelValues>();
  const [isChanged, setChanged] = useState(false);
  const [proposed, setProposed] = useState<FunnelContent>();
  return (
    <>
      <Form<FunnelValues>
        form={form}
        layout={isWide ? "horizontal" : "vertical"}
        initialValues={valuesOf(policy)}
        onValuesChange={() => setChanged(true)}
        onFinish={(values) => setProposed(policyOf(values))}
        colon={false}
      >
        <FunnelFields />
        {isChanged && (
          <PolicyFoot
            submitWords={t("office.policies.preview_and_save")}
            onReset={() => {
              form.resetFields();
              setChanged(false);
            }}
          />
        )}
      </Form>
      <FunnelSaving policy={policy} proposed={proposed} onClose={() => setProposed(undefined)} />
    </>
  );
}
