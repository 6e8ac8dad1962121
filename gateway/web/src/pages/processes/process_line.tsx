import {
  CheckCircleFilled,
  ClockCircleFilled,
  CloseCircleFilled,
  DoubleRightOutlined,
  MinusCircleOutlined,
  RightCircleOutlined,
} from "@ant-design/icons";
import { Alert, Tag } from "antd";
import type { ReactNode } from "react";
import type { Schemas } from "../../api/client";
import { minuteOf } from "../../format/dates";
import { listed, useWords } from "../../words";

type NodeInLine = Schemas["NodeInLine"];
type PersonInLine = Schemas["PersonInLine"];

const ICONS: Record<NodeInLine["state"], ReactNode> = {
  done: <CheckCircleFilled className="gain" />,
  passed: <DoubleRightOutlined className="gain" />,
  current: <ClockCircleFilled className="node-current" />,
  future: <RightCircleOutlined className="quiet" />,
  will_pass: <DoubleRightOutlined className="quiet" />,
  not_reached: <MinusCircleOutlined className="quiet" />,
};

/** What ends a stay at a node without the process going on. */
const AGAINST = new Set(["rejected", "returned", "withdrawn"]);

function iconOf({ state, people }: NodeInLine): ReactNode {
  const endedBy = state === "done" ? people.findLast(({ decision }) => decision !== null)?.decision : undefined;
  return endedBy && AGAINST.has(endedBy) ? <CloseCircleFilled className="loss" /> : ICONS[state];
}

interface ProcessLineProps {
  nodes: NodeInLine[];
  /** Beside whoever is asked: what an administrator can do about it. */
  beside?: (person: PersonInLine) => ReactNode;
}

/** Every node, past and to come, with everybody who acted or can act, by name. */
export function ProcessLine({ nodes, beside }: ProcessLineProps) {
  const { t, term, named, language } = useWords();
  return (
    <ol className="nodes" aria-label={t("processes.nodes")}>
      {nodes.map((node) => {
        const words = language === "en" ? node.words_en : node.words_zh;
        const missing = language === "en" ? node.missing_en : node.missing_zh;
        return (
          <li
            key={node.code}
            className="node"
            data-state={node.state}
            aria-current={node.state === "current" ? "step" : undefined}
          >
            <span className="node-icon" role="img" aria-label={term("node_state", node.state)}>
              {iconOf(node)}
            </span>
            <div className="node-body">
              <div className="node-name">
                <strong>{named(node)}</strong>
                {node.people.length > 1 && node.state !== "done" && <Tag>{term("agree", node.agree)}</Tag>}
                {node.state !== "done" && <span className="quiet">{term("node_state", node.state)}</span>}
              </div>
              {words && <div className="quiet">{words}</div>}
              <ul className="people">
                {node.people.map((person, index) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: one person can sit at a node twice, and the line is read anew whole
                  <li key={`${person.id} ${index}`}>
                    <Person person={person} />
                    {person.is_asked && beside?.(person)}
                  </li>
                ))}
              </ul>
              {missing && (
                <Alert
                  type="error"
                  showIcon
                  title={t("processes.missing", { who: missing })}
                  description={
                    node.helpers.length > 0 ? t("processes.helpers", { names: listed(node.helpers) }) : undefined
                  }
                />
              )}
            </div>
          </li>
        );
      })}
    </ol>
  );
}

function Person({ person }: { person: PersonInLine }) {
  const { t, term } = useWords();
  return (
    <>
      <span className={person.is_asked ? "person person-asked" : "person"}>{person.name}</span>
      <span className="quiet">{term("role", person.role)}</span>
      {person.position && <Tag>{term("approver_position", person.position)}</Tag>}
      {person.decision && (
        <span className={AGAINST.has(person.decision) ? "loss" : "gain"}>
          {term("history_action", person.decision)}
        </span>
      )}
      {person.by_name && <span className="quiet">{t("processes.by_deputy", { name: person.by_name })}</span>}
      {person.at && <time className="quiet">{minuteOf(person.at)}</time>}
      {person.is_asked && <span className="node-current">{t("processes.asked")}</span>}
      {person.adviser_name && (
        <span className="quiet">{t("processes.waits_for_advice", { name: person.adviser_name })}</span>
      )}
    </>
  );
}
