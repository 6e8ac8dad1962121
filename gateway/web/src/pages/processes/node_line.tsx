import { Steps } from "antd";
import type { Schemas } from "../../api/client";
import { listed, useWords, type WordsInUse } from "../../words";

type Definition = Schemas["ShownDefinition"];
type Node = Schemas["DefinitionNode"];
type Condition = Schemas["Condition"];

/** Who acts at a node, as far as its definition says. */
function actorsInWords({ actors, agree }: Node, { t, term }: WordsInUse): string {
  const roles = listed(actors.roles.map((role) => term("role", role)));
  const who =
    actors.kind === "role" || actors.kind === "department_role"
      ? roles
      : actors.kind === "lead"
        ? term("role", "sales_lead")
        : actors.kind === "initiator"
          ? t("processes.start.line.initiator")
          : actors.kind === "chosen"
            ? t("processes.start.line.chosen", { roles })
            : t("processes.start.line.users", { count: actors.user_ids.length });
  return agree === "any_one" ? who : `${who} · ${term("agree", agree)}`;
}

/** When a node passes by itself: the condition as its definition has it, in words. */
function conditionInWords(condition: Condition, definition: Definition, words: WordsInUse): string {
  const { t, named } = words;
  const parts = condition.and ?? condition.or;
  if (parts !== undefined) {
    const joint = condition.and === undefined ? t("processes.start.line.or") : t("processes.start.line.and");
    return parts.map((part) => conditionInWords(part, definition, words)).join(joint);
  }
  const field = definition.fields.find(({ code }) => code === condition.field);
  const name = field ?? definition.facts.find(({ code }) => code === condition.fact);
  const valueInWords = (value: unknown): string => {
    const choice = field?.choices.find(({ code }) => code === value);
    if (choice !== undefined) {
      return named(choice);
    }
    return typeof value === "boolean" ? (value ? t("common.yes") : t("common.no")) : String(value);
  };
  // What is so or not so is said by its name alone.
  if (condition.operator === "equals" && typeof condition.value === "boolean" && name !== undefined) {
    return condition.value ? named(name) : t("processes.start.line.not", { name: named(name) });
  }
  const value = Array.isArray(condition.value)
    ? listed(condition.value.map(valueInWords))
    : valueInWords(condition.value);
  const operators = {
    equals: t("processes.start.operator.equals"),
    not_equals: t("processes.start.operator.not_equals"),
    greater: t("processes.start.operator.greater"),
    at_least: t("processes.start.operator.at_least"),
    less: t("processes.start.operator.less"),
    at_most: t("processes.start.operator.at_most"),
    in: t("processes.start.operator.in"),
  };
  const operator = operators[condition.operator as keyof typeof operators] ?? condition.operator;
  return `${name === undefined ? (condition.field ?? condition.fact) : named(name)} ${operator} ${value}`;
}

/** The line of nodes that a process will go through, who acts at each and what is entered there. */
export function NodeLine({ definition }: { definition: Definition }) {
  const words = useWords();
  const { t, named } = words;
  return (
    <Steps
      orientation="vertical"
      size="small"
      current={0}
      items={definition.nodes.map((node, index) => {
        const enters = definition.fields.filter(
          (field) => index > 0 && field.entered_at === node.code && !field.is_computed,
        );
        return {
          title: named(node),
          content: (
            <div className="start-node quiet">
              {actorsInWords(node, words) !== named(node) && <div>{actorsInWords(node, words)}</div>}
              {enters.length > 0 && (
                <div>
                  {t("processes.start.line.enters", {
                    fields: listed(enters.map(named)),
                  })}
                </div>
              )}
              {node.pass_when !== null && (
                <div>
                  {t("processes.start.line.passes", {
                    condition: conditionInWords(node.pass_when, definition, words),
                  })}
                </div>
              )}
              {node.time_limit_hours !== null && (
                <div>{t("processes.start.line.limit", { count: node.time_limit_hours })}</div>
              )}
            </div>
          ),
        };
      })}
    />
  );
}
