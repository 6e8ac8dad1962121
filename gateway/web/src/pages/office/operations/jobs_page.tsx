import { Button, Grid, Space, Table } from "antd";
import { useState } from "react";
import { query, type Schemas } from "../../../api/client";
import { ago } from "../../../format/dates";
import { Page } from "../../../shell/page";
import { useSession } from "../../../shell/session";
import { Loaded, MissingPart } from "../../../shell/states";
import { useTitle } from "../../../shell/tabs";
import { listed, useWords } from "../../../words";
import "../office.css";
import { SmallTable } from "../../../list/small_table";
import { JobForm } from "./job_form";
import { isUnderWay, JobProgress, JobResult } from "./job_progress";

type JobKind = Schemas["JobKind"];

const LOOK_AGAIN_MS = 1500;

/** What the system does by itself at night and month by month: how it went, and to have it done now. */
export function JobsPage() {
  const { t } = useWords();
  useTitle(t("shell.menu.jobs"));
  const jobs = query.useQuery("get", "/api/v1/jobs", undefined, {
    refetchInterval: ({ state }) =>
      state.data?.items.some(({ runs }) => runs.some(isUnderWay)) ? LOOK_AGAIN_MS : false,
  });
  return (
    <Page title={t("shell.menu.jobs")}>
      <Loaded query={jobs} rows={10}>
        {({ items, missing }) => (
          <>
            {missing.length > 0 && <Missing services={missing} />}
            <Jobs kinds={items} />
          </>
        )}
      </Loaded>
    </Page>
  );
}

function Missing({ services }: { services: string[] }) {
  const { term } = useWords();
  return <MissingPart message={listed(services.map((service) => term("service", service)))} />;
}

function Jobs({ kinds }: { kinds: JobKind[] }) {
  const { t, term } = useWords();
  const { may } = useSession();
  const isWide = Grid.useBreakpoint().md ?? true;
  const [starting, setStarting] = useState<string>();
  const name = (job: JobKind) => (
    <>
      <div>{term("job", job.name)}</div>
      <div className="quiet">{term("job_note", job.name)}</div>
      {!isWide && <LastRun run={job.runs[0]} />}
    </>
  );
  return (
    <section className="office-panel">
      <Table<JobKind>
        rowKey="name"
        pagination={false}
        dataSource={kinds}
        expandable={{
          rowExpandable: ({ runs }) => runs.length > 0,
          expandedRowRender: ({ runs }) => <Runs runs={runs} />,
        }}
        columns={[
          { key: "name", title: t("office.jobs.job"), render: (_, job) => name(job) },
          {
            key: "service",
            title: t("office.jobs.service"),
            width: 110,
            responsive: ["lg"],
            render: (_, { service }) => term("service", service),
          },
          {
            key: "last",
            title: t("office.jobs.last"),
            width: 300,
            responsive: ["md"],
            render: (_, { runs: [last] }) => <LastRun run={last} />,
          },
          ...(may("jobs.write")
            ? [
                {
                  key: "start",
                  title: t("common.actions"),
                  width: 110,
                  render: (_: unknown, job: JobKind) => (
                    <Button
                      size="small"
                      aria-label={`${t("office.jobs.start")} ${term("job", job.name)}`}
                      onClick={() => setStarting(job.name)}
                    >
                      {t("office.jobs.start")}
                    </Button>
                  ),
                },
              ]
            : []),
        ]}
      />
      <JobForm name={starting} onClose={() => setStarting(undefined)} />
    </section>
  );
}

function LastRun({ run }: { run: Schemas["Job"] | undefined }) {
  const { t } = useWords();
  if (run === undefined) {
    return <span className="quiet">{t("office.jobs.never")}</span>;
  }
  return (
    <>
      <Space wrap size={8}>
        <JobProgress job={run} />
        <span className="quiet">
          {t("office.jobs.for_day", { day: run.as_of })} · {ago(run.created_at)}
        </span>
      </Space>
      <JobResult job={run} />
    </>
  );
}

function Runs({ runs }: { runs: Schemas["Job"][] }) {
  const { t } = useWords();
  return (
    <SmallTable<Schemas["Job"]>
      keyOf={({ id }) => id}
      rows={runs}
      columns={[
        { key: "as_of", title: t("office.jobs.day"), show: ({ as_of }) => as_of },
        { key: "state", title: t("office.jobs.state"), show: (job) => <JobProgress job={job} /> },
        { key: "created_at", title: t("office.jobs.asked"), show: ({ created_at }) => ago(created_at) },
        { key: "took", title: t("office.jobs.took"), align: "right", show: (job) => took(job) },
        { key: "result", title: t("office.jobs.result"), show: (job) => <JobResult job={job} /> },
      ]}
    />
  );
}

const MS = 1000;

function took({ created_at, finished_at }: Schemas["Job"]): string {
  return finished_at ? `${((Date.parse(finished_at) - Date.parse(created_at)) / MS).toFixed(1)} s` : "–";
}
