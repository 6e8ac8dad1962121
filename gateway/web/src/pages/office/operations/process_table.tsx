import { Table, Tag } from "antd";
import { Link } from "react-router";
import type { Schemas } from "../../../api/client";
import { useWords } from "../../../words";
import { duration } from "./duration";

type Statistics = Schemas["DefinitionStatistics"];
type NodeStatistics = Schemas["NodeStatistics"];

/** The processes that most were started of, and below each where they spend their time. */
export function ProcessTable({ items }: { items: Statistics[] }) {
  const { t, named } = useWords();
  const sorted = [...items].sort((a, b) => b.started - a.started);
  const most = Math.max(...sorted.map(({ started }) => started));
  const onlyOne = sorted.length === 1 ? sorted[0]?.code : undefined;
  return (
    <Table<Statistics>
      // One process alone shows its nodes at once.
      key={onlyOne ?? "all"}
      rowKey="code"
      size="middle"
      pagination={false}
      dataSource={sorted}
      scroll={{ x: "max-content" }}
      expandable={{
        defaultExpandedRowKeys: onlyOne === undefined ? [] : [onlyOne],
        expandedRowRender: (process) => <NodeTable process={process} />,
      }}
      columns={[
        {
          key: "name",
          title: t("office.statistics.process"),
          render: (_, process) => <Link to={`/processes?box=visible&code=${process.code}`}>{named(process)}</Link>,
        },
        {
          key: "started",
          title: t("office.statistics.count"),
          width: 200,
          render: (_, { started }) => <Bar share={started / most} words={String(started)} />,
        },
        { key: "running", title: t("office.statistics.running"), align: "right", dataIndex: "running" },
        { key: "archived", title: t("office.statistics.archived"), align: "right", dataIndex: "archived" },
        { key: "rejected", title: t("office.statistics.rejected"), align: "right", dataIndex: "rejected" },
        { key: "withdrawn", title: t("office.statistics.withdrawn"), align: "right", dataIndex: "withdrawn" },
        {
          key: "median",
          title: t("office.statistics.median"),
          align: "right",
          render: (_, { median_seconds }) => duration(median_seconds, t),
        },
        {
          key: "p90",
          title: t("office.statistics.p90"),
          align: "right",
          render: (_, { p90_seconds }) => duration(p90_seconds, t),
        },
        {
          key: "bottleneck",
          title: t("office.statistics.bottleneck"),
          render: (_, { nodes }) => {
            const slowest = slowestOf(nodes);
            return slowest === undefined ? "–" : named(slowest);
          },
        },
      ]}
    />
  );
}

/** The node at which most tasks wait; where none wait, that which takes longest. */
function slowestOf(nodes: NodeStatistics[]): NodeStatistics | undefined {
  const [slowest] = nodes
    .filter(({ open, median_seconds }) => open > 0 || (median_seconds ?? 0) > 0)
    .sort((a, b) => b.open - a.open || (b.median_seconds ?? 0) - (a.median_seconds ?? 0));
  return slowest;
}

function NodeTable({ process }: { process: Statistics }) {
  const { t, named } = useWords();
  const slowest = slowestOf(process.nodes);
  const longest = Math.max(1, ...process.nodes.map(({ median_seconds }) => median_seconds ?? 0));
  return (
    <Table<NodeStatistics>
      rowKey="code"
      size="small"
      pagination={false}
      dataSource={process.nodes.filter(({ processes }) => processes > 0)}
      scroll={{ x: "max-content" }}
      columns={[
        {
          key: "name",
          title: t("office.statistics.node"),
          render: (_, node) => (
            <>
              <Link to={`/processes?box=visible&code=${process.code}&node=${node.code}`}>{named(node)}</Link>{" "}
              {node === slowest && <Tag color="warning">{t("office.statistics.bottleneck")}</Tag>}
            </>
          ),
        },
        { key: "processes", title: t("office.statistics.came"), align: "right", dataIndex: "processes" },
        { key: "open", title: t("office.statistics.open"), align: "right", dataIndex: "open" },
        {
          key: "overdue",
          title: t("office.statistics.overdue"),
          align: "right",
          render: (_, { overdue }) => (overdue > 0 ? <span className="loss">{overdue}</span> : overdue),
        },
        { key: "returned", title: t("office.statistics.returned"), align: "right", dataIndex: "returned" },
        {
          key: "median",
          title: t("office.statistics.median"),
          width: 200,
          render: (_, node) => (
            <Bar
              share={Math.max(0, node.median_seconds ?? 0) / longest}
              words={duration(node.median_seconds, t)}
              isSlowest={node === slowest}
            />
          ),
        },
        {
          key: "p90",
          title: t("office.statistics.p90"),
          align: "right",
          render: (_, { p90_seconds }) => duration(p90_seconds, t),
        },
      ]}
    />
  );
}

/** A figure with a bar as long as its share of the largest. */
function Bar({ share, words, isSlowest = false }: { share: number; words: string; isSlowest?: boolean }) {
  return (
    <>
      {words}
      <span className="bar" data-slowest={isSlowest} style={{ width: `${share * 100}%` }} aria-hidden="true" />
    </>
  );
}
