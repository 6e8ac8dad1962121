import { Tag } from "antd";
import { listed, useWords } from "../../../words";
import type { DefinitionContent, DefinitionNode } from "./definition_content";
import { useDefinitionWords } from "./definition_words";

/** A node in words: who acts, how many must agree, what passes by itself, what is asked. */
export function NodeFacts({ node, definition }: { node: DefinitionNode; definition: DefinitionContent }) {
  const { t, term, named } = useWords();
  const words = useDefinitionWords();
  const entered = definition.fields.filter(({ entered_at }) => entered_at === node.code);
  const isStart = node.code === definition.nodes[0]?.code;
  const facts = [
    isStart ? "" : `${words.actors(node.actors)} · ${term("agree", node.agree)}`,
    node.pass_when === null
      ? ""
      : t("office.definitions.passes_when", { condition: words.condition(node.pass_when, definition) }),
    node.passes.length === 0
      ? ""
      : t("office.definitions.passes_by", { whom: listed(node.passes.map((whom) => term("passable", whom))) }),
    node.time_limit_hours === null
      ? ""
      : t("office.definitions.limit", { hours: node.time_limit_hours }) +
        (node.remind_before_hours === null ? "" : t("office.definitions.remind", { hours: node.remind_before_hours })),
    isStart || entered.length === 0 ? "" : t("office.definitions.enters", { fields: listed(entered.map(named)) }),
  ].filter(Boolean);
  return (
    <>
      {facts.map((fact) => (
        <p key={fact} className="node-facts quiet">
          {fact}
        </p>
      ))}
      {node.opinion_required && <Tag>{t("office.definitions.opinion_required")}</Tag>}
      {node.bulk_approve && <Tag>{t("office.definitions.bulk_approve")}</Tag>}
    </>
  );
}
