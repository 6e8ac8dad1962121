import { Form, Grid } from "antd";
import { useState } from "react";
import { api, type Schemas } from "../../../api/client";
import { FollowRecord } from "../../../forms/follow_record";
import { useSession } from "../../../shell/session";
import { useWords } from "../../../words";
import { FunnelFields, type FunnelValues, policyOf, valuesOf } from "./funnel_fields";
import { FunnelPreview } from "./funnel_preview";
import { PolicyFoot } from "./policy_foot";
import { useFunnelLines } from "./policy_lines";
import { PolicyShown } from "./policy_shown";
import { SavingDrawer } from "./saving_drawer";
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
  const [seen, setSeen] = useState<Schemas["Policy"]>();
  // What is previewed and saved is the form as it is by now: what somebody else has set meanwhile is in it.
  const entered = Form.useWatch([], form);
  const lines = useFunnelLines();
  return (
    <>
      <Form<FunnelValues>
        form={form}
        layout={isWide ? "horizontal" : "vertical"}
        initialValues={valuesOf(policy)}
        onValuesChange={() => setChanged(true)}
        onFinish={() => setSeen(policy)}
        colon={false}
      >
        <FollowRecord version={policy.version} values={valuesOf(policy)} />
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
      <SavingDrawer
        title={t("office.policies.preview_title")}
        size={680}
        seen={seen}
        policy={policy}
        lines={lines}
        onSave={(reason) =>
          api.PUT("/api/v1/policies/funnel", { body: { ...policyOf(entered), reason, version: policy.version } })
        }
        onSaved={() => setChanged(false)}
        onClose={() => setSeen(undefined)}
        preview={entered && <FunnelPreview proposed={policyOf(entered)} />}
      />
    </>
  );
}
