import { Checkbox, Form, Input, InputNumber, Select, Switch } from "antd";
import { query } from "../../../api/client";
import { useWords } from "../../../words";
import { ActingUsers } from "./acting_users";
import { ConditionEditor } from "./condition_editor";
import { type DefinitionContent, type DefinitionNode, operandsOf } from "./definition_content";

const ACTOR_KINDS = ["lead", "role", "department_role", "initiator", "chosen", "users"] as const;
const AGREE_MODES = ["any_one", "all", "in_turn"] as const;
const PASSABLE = ["initiator", "earlier_handler"] as const;
const HOURS_MAX = 24 * 366;
const OF_ROLES = new Set<string>(["role", "department_role", "chosen"]);

interface NodeFieldsProps {
  node: DefinitionNode;
  definition: DefinitionContent;
  onChange: (node: DefinitionNode) => void;
}

/** All that can be said of a node. */
export function NodeFields({ node, definition, onChange }: NodeFieldsProps) {
  const { t, term } = useWords();
  const set = (changes: Partial<DefinitionNode>) => onChange({ ...node, ...changes });
  return (
    <Form layout="vertical" component="div">
      <div className="node-fields">
        <Form.Item label={t("office.nodes.name_zh")}>
          <Input
            value={node.name_zh}
            maxLength={80}
            aria-label={t("office.nodes.name_zh")}
            onChange={(event) => set({ name_zh: event.target.value })}
          />
        </Form.Item>
        <Form.Item label={t("office.nodes.name_en")}>
          <Input
            value={node.name_en}
            maxLength={80}
            aria-label={t("office.nodes.name_en")}
            onChange={(event) => set({ name_en: event.target.value })}
          />
        </Form.Item>
        <Form.Item label={t("office.nodes.code")} tooltip={t("office.nodes.code_note")}>
          <Input
            value={node.code}
            maxLength={50}
            aria-label={t("office.nodes.code")}
            onChange={(event) => set({ code: event.target.value })}
          />
        </Form.Item>
        <ActorsFields node={node} set={set} />
        <Form.Item label={t("office.nodes.agree")}>
          <Select
            value={node.agree}
            aria-label={t("office.nodes.agree")}
            options={AGREE_MODES.map((value) => ({ value, label: term("agree", value) }))}
            onChange={(agree) => set({ agree })}
          />
        </Form.Item>
        <Form.Item label={t("office.nodes.limit")}>
          <InputNumber
            min={1}
            max={HOURS_MAX}
            precision={0}
            value={node.time_limit_hours}
            suffix={t("office.policies.hour_unit")}
            placeholder={t("office.nodes.no_limit")}
            aria-label={t("office.nodes.limit")}
            onChange={(hours) =>
              set({ time_limit_hours: hours, ...(hours === null ? { remind_before_hours: null } : {}) })
            }
            style={{ width: "100%" }}
          />
        </Form.Item>
        <Form.Item label={t("office.nodes.remind")}>
          <InputNumber
            min={0}
            max={node.time_limit_hours ?? HOURS_MAX}
            precision={0}
            disabled={node.time_limit_hours === null}
            value={node.remind_before_hours}
            suffix={t("office.policies.hour_unit")}
            aria-label={t("office.nodes.remind")}
            onChange={(hours) => set({ remind_before_hours: hours })}
            style={{ width: "100%" }}
          />
        </Form.Item>
        <Form.Item label={t("office.definitions.opinion_required")}>
          <Switch
            checked={node.opinion_required}
            aria-label={t("office.definitions.opinion_required")}
            onChange={(opinion_required) => set({ opinion_required })}
          />
        </Form.Item>
        <Form.Item label={t("office.definitions.bulk_approve")}>
          <Switch
            checked={node.bulk_approve}
            aria-label={t("office.definitions.bulk_approve")}
            onChange={(bulk_approve) => set({ bulk_approve })}
          />
        </Form.Item>
      </div>
      <Form.Item label={t("office.nodes.passes")}>
        <Checkbox.Group
          value={node.passes}
          options={PASSABLE.map((value) => ({ value, label: term("passable", value) }))}
          onChange={(passes) => set({ passes })}
        />
      </Form.Item>
      <Form.Item label={t("office.nodes.pass_when")} style={{ marginBottom: 0 }}>
        <ConditionEditor
          condition={node.pass_when}
          operands={operandsOf(definition)}
          onChange={(pass_when) => set({ pass_when })}
        />
      </Form.Item>
    </Form>
  );
}

interface ActorsFieldsProps {
  node: DefinitionNode;
  set: (changes: Partial<DefinitionNode>) => void;
}

function ActorsFields({ node, set }: ActorsFieldsProps) {
  const { t, term, named } = useWords();
  const { data: roles } = query.useQuery("get", "/api/v1/roles", undefined, { staleTime: Number.POSITIVE_INFINITY });
  const { actors } = node;
  const isOfRoles = OF_ROLES.has(actors.kind);
  return (
    <>
      <Form.Item label={t("office.nodes.actors")}>
        <Select
          value={actors.kind}
          aria-label={t("office.nodes.actors")}
          options={ACTOR_KINDS.map((value) => ({ value, label: term("actor_kind", value) }))}
          onChange={(kind) =>
            set({
              actors: {
                kind,
                roles: OF_ROLES.has(kind) ? actors.roles : [],
                user_ids: kind === "users" ? actors.user_ids : [],
              },
            })
          }
        />
      </Form.Item>
      {isOfRoles && (
        <Form.Item label={t("office.users.roles")}>
          <Select
            mode="multiple"
            value={actors.roles}
            aria-label={t("office.users.roles")}
            showSearch={{ optionFilterProp: "label" }}
            options={(roles?.items ?? []).map((role) => ({ value: role.code, label: named(role) }))}
            onChange={(chosen: string[]) => set({ actors: { ...actors, roles: chosen } })}
          />
        </Form.Item>
      )}
      {actors.kind === "users" && (
        <Form.Item label={t("office.nodes.users")}>
          <ActingUsers ids={actors.user_ids} onChange={(user_ids) => set({ actors: { ...actors, user_ids } })} />
        </Form.Item>
      )}
    </>
  );
}
