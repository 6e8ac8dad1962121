import { Alert, Timeline } from "antd";
import type { Schemas } from "../../../api/client";
import { StateTag } from "../../../shell/state_tag";
import { labelled, listed, useWords, withAside } from "../../../words";
import type { DefinitionContent } from "./definition_content";

interface DryRunWayProps {
  result: Schemas["DryRunResult"];
  definition: DefinitionContent;
}

/** The way that a start would go, node by node, and what is wrong with its form. */
export function DryRunWay({ result, definition }: DryRunWayProps) {
  const { t, named } = useWords();
  const nameOf = (place: string) => {
    const [part, code] = place.split(".");
    const fields = part === "facts" ? definition.facts : definition.fields;
    const field = fields.find((each) => each.code === code);
    return field === undefined ? place : named(field);
  };
  return (
    <>
      {result.errors.length > 0 && (
        <Alert
          type="warning"
          title={t("office.dry_run.form_errors")}
          description={
            <ul style={{ margin: 0, paddingInlineStart: 20 }}>
              {result.errors.map(({ field, message }) => (
                <li key={`${field} ${message}`}>{labelled(nameOf(field), message)}</li>
              ))}
            </ul>
          }
          style={{ marginBottom: 20 }}
        />
      )}
      <Timeline
        items={result.nodes.map((node) => ({
          key: node.code,
          color: node.state === "stuck" ? "red" : "blue",
          content: <NodeOfWay node={node} />,
        }))}
      />
    </>
  );
}

function NodeOfWay({ node }: { node: Schemas["DryNode"] }) {
  const { language, named, term } = useWords();
  const words = language === "en" ? node.words_en : node.words_zh;
  const missing = language === "en" ? node.missing_en : node.missing_zh;
  return (
    <>
      <strong>{named(node)}</strong> <StateTag of="dry_state" state={node.state} />
      {node.people.length > 0 && (
        <div>
          {listed(
            node.people.map(({ name, role, passed_as }) => {
              const notes = [
                term(role === "initiator" ? "actor_kind" : "role", role),
                passed_as ? term("passable", passed_as) : "",
              ];
              return withAside(name, listed(notes.filter(Boolean)));
            }),
          )}
        </div>
      )}
      {words && <div className="quiet">{words}</div>}
      {missing && <div className="loss">{missing}</div>}
    </>
  );
}
