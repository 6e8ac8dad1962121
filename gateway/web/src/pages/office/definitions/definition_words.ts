/** What definitions say, in words. */
import { useMemo } from "react";
import type { Schemas } from "../../../api/client";
import { listed, useWords, type WordsInUse, withAside } from "../../../words";
import type { Condition, DefinitionContent, Operand } from "./definition_content";
import { isFlag, operandOf, operandsOf } from "./definition_content";

export interface DefinitionWords {
  actors: (actors: Schemas["Actors"]) => string;
  condition: (condition: Condition, definition: DefinitionContent) => string;
}

export function useDefinitionWords(): DefinitionWords {
  const words = useWords();
  return useMemo(
    () => ({
      actors: (actors) => actorsInWords(actors, words),
      condition: (condition, definition) => conditionInWords(condition, operandsOf(definition), words),
    }),
    [words],
  );
}

function actorsInWords({ kind, roles, user_ids }: Schemas["Actors"], { t, term }: WordsInUse): string {
  const held = listed(roles.map((role) => term("role", role)));
  switch (kind) {
    case "role":
      return held;
    case "users":
      return t("office.definitions.users", { count: user_ids.length });
    default:
      return withAside(term("actor_kind", kind), held);
  }
}

function conditionInWords(condition: Condition, operands: Operand[], words: WordsInUse): string {
  const { t, term, named } = words;
  const parts = condition.and ?? condition.or;
  if (parts !== undefined) {
    const joint = t(condition.and ? "office.conditions.and" : "office.conditions.or");
    return parts.map((part) => `(${conditionInWords(part, operands, words)})`).join(` ${joint} `);
  }
  const operand = operandOf(condition, operands);
  const valueWords = (value: unknown): string => {
    if (Array.isArray(value)) {
      return listed(value.map(valueWords));
    }
    if (isFlag(value)) {
      return t(value ? "common.yes" : "common.no");
    }
    const choice = operand?.choices.find(({ code }) => code === value);
    return choice === undefined ? String(value ?? "") : named(choice);
  };
  const name = operand === undefined ? (condition.field ?? condition.fact ?? "?") : named(operand);
  return `${name} ${term("operator_of_conditions", condition.operator)} ${valueWords(condition.value)}`;
}
