import { Descriptions } from "antd";

interface PolicyShownProps {
  title: string;
  lines: { key: string; label: string; value: string }[];
}

/** A policy for those who may read it and not set it. */
export function PolicyShown({ title, lines }: PolicyShownProps) {
  return (
    <section className="office-panel">
      <div className="office-panel-head">
        <h2>{title}</h2>
      </div>
      <Descriptions
        column={{ xs: 1, lg: 2 }}
        size="small"
        items={lines.map(({ key, label, value }) => ({ key, label, children: value }))}
      />
    </section>
  );
}
