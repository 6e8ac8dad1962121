import { useWords, type WordKey } from "../../../words";

const NAMES: Record<string, WordKey> = {
  code: "office.nodes.code",
  name_zh: "office.nodes.name_zh",
  name_en: "office.nodes.name_en",
  actors: "office.nodes.actors",
  agree: "office.nodes.agree",
  opinion_required: "office.definitions.opinion_required",
  pass_when: "office.nodes.pass_when",
  passes: "office.nodes.passes",
  time_limit_hours: "office.nodes.limit",
  remind_before_hours: "office.nodes.remind",
  bulk_approve: "office.definitions.bulk_approve",
};

/** What a part of a node is called where it is edited; a part that the form does not have is called by its code. */
export function useNodePartName(): (part: string | undefined) => string {
  const { t } = useWords();
  return (part = "") => {
    const name = NAMES[part];
    return name === undefined ? part : t(name);
  };
}
