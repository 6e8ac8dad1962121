import { FilePdfOutlined, MoreOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button, Card, Drawer, Dropdown, Grid } from "antd";
import { type ReactNode, useEffect, useState } from "react";
import { Link, useLocation, useNavigate, useParams, useSearchParams } from "react-router";
import type { Schemas } from "../../api/client";
import { readNextTime } from "../../api/queries";
import { minuteOf } from "../../format/dates";
import { taskKey, useFoundDraft } from "../../process_form/use_draft";
import { FileView } from "../../record/file_view";
import { Neighbours } from "../../record/neighbours";
import { Page } from "../../shell/page";
import { StateTag } from "../../shell/state_tag";
import { Loaded } from "../../shell/states";
import { useTitle } from "../../shell/tabs";
import { useWords } from "../../words";
import { ActionDrawer, type DrawerAction } from "./action_drawer";
import { DecisionPanel, TaskHead } from "./decision_panel";
import { FormView } from "./form_view";
import { HistoryLine } from "./history_line";
import { useNextTask } from "./next_task";
import { ProcessLine } from "./process_line";
import { ProcessNotices } from "./process_notices";
import "./processes.css";
import { EffectTag } from "./effect_tag";
import { processOf } from "./records";
import { useSeesCustomers } from "./references";

export function ProcessPage() {
  const { t } = useWords();
  const { id = "" } = useParams();
  const process = useQuery({
    ...processOf(id),
    // Nobody but the initiator is sent word of it; whoever agreed last looks on.
    refetchInterval: ({ state }) => state.data !== undefined && untilAskedAgain(state.data),
  });
  const { data } = process;
  // What one began to write at it comes along with it, and not after it.
  useFoundDraft(data === undefined ? taskKey(id) : undefined);
  useTitle(data?.title, { isTab: true });
  if (data !== undefined) {
    return <OneProcess key={data.id} process={data} />;
  }
  return (
    <Page title={t("processes.title")} actions={<Neighbours />}>
      <Loaded query={process} rows={12}>
        {() => null}
      </Loaded>
    </Page>
  );
}

const ASKED_AGAIN_MS = { least: 700, most: 30_000 };

/** @returns in how many ms to ask whether what was approved has come about: the later, the longer it takes; false once it has. */
function untilAskedAgain({ effect, ended_at }: Schemas["Process"]): number | false {
  const { least, most } = ASKED_AGAIN_MS;
  const waited = ended_at === null ? 0 : Date.now() - Date.parse(ended_at);
  return effect.state === "awaited" && Math.min(most, Math.max(least, waited / 4));
}

/** An action in its drawer, and the task that it hands on. */
interface Drawn {
  action: DrawerAction;
  taskId?: string;
}

/** What settles the reader's task besides his or her decision. */
const HANDS_ON = new Set<DrawerAction>(["transfer", "delegate", "add_approver"]);

function OneProcess({ process }: { process: Schemas["Process"] }) {
  const { t } = useWords();
  const isWide = Grid.useBreakpoint().lg ?? true;
  const [params] = useSearchParams();
  const [drawn, setDrawn] = useState<Drawn>();
  const [isDeciding, setDeciding] = useState(false);
  const goOn = useNextTask();
  // Whoever sees it has read it, which the list that led here does not know.
  useEffect(() => void readNextTime("/api/v1/processes"), []);
  const { task } = process;
  const isDecided = task !== null && !task.actions.includes("resubmit");

  const panel = isDecided && (
    <DecisionPanel
      key={task.id}
      process={process}
      task={task}
      onDecided={(done) => {
        setDeciding(false);
        goOn(done);
      }}
      onHandOn={(action) => setDrawn({ action, taskId: task.id })}
    />
  );
  return (
    <Page
      title={process.title}
      note={
        <>
          <StateTag of="process_state" state={process.state} />
          <EffectTag effect={process.effect.state} />
        </>
      }
      actions={
        <>
          <Neighbours />
          <Actions process={process} onAction={(action) => setDrawn({ action })} />
        </>
      }
    >
      <div className="process">
        <div className="process-main">
          <ProcessNotices process={process} askedTask={params.get("task")} />
          <Head process={process} />
          <Card title={t("processes.form_title")}>
            <FormView process={process} />
          </Card>
          {!isWide && <Nodes process={process} onReassign={setDrawn} />}
          <Card title={t("processes.history")}>
            <HistoryLine process={process} />
          </Card>
        </div>
        {isWide && (
          <aside className="process-side">
            {panel && <Card className="decision-card">{panel}</Card>}
            <Nodes process={process} onReassign={setDrawn} />
          </aside>
        )}
      </div>
      {!isWide && isDecided && (
        <>
          <div className="decision-bar">
            <TaskHead process={process} task={task} />
            <Button type="primary" size="large" onClick={() => setDeciding(true)}>
              {t("processes.decide")}
            </Button>
          </div>
          <Drawer
            open={isDeciding}
            placement="bottom"
            size="auto"
            title={process.title}
            onClose={() => setDeciding(false)}
            destroyOnHidden
          >
            {panel}
          </Drawer>
        </>
      )}
      <ActionDrawer
        process={process}
        action={drawn?.action}
        taskId={drawn?.taskId}
        onClose={() => setDrawn(undefined)}
        onDone={(action) => {
          setDeciding(false);
          if (HANDS_ON.has(action)) {
            goOn(t(`processes.done.${action}`));
          }
        }}
      />
    </Page>
  );
}

/** Of which kind, about what, since when. */
function Head({ process }: { process: Schemas["Process"] }) {
  const { t, named } = useWords();
  const seesCustomers = useSeesCustomers();
  const { subject, customer_id, customer_name } = process;
  const items: { label: string; value: ReactNode }[] = [
    {
      label: t("processes.column.kind"),
      value: `${named(process)} · ${t("processes.version", { version: process.definition_version })}`,
    },
    {
      label: t("processes.column.customer"),
      value:
        customer_id && seesCustomers ? (
          <Link to={`/customers/${customer_id}`}>{customer_name}</Link>
        ) : (
          (customer_name ?? "–")
        ),
    },
    ...(subject.name === customer_name ? [] : [{ label: t("processes.subject"), value: subject.name }]),
    ...heldFacts(process).map((fact) => ({ label: named(fact), value: t("common.yes") })),
    { label: t("processes.column.initiator"), value: process.initiator.name },
    { label: t("processes.column.started_at"), value: minuteOf(process.started_at) },
    ...(process.ended_at ? [{ label: t("processes.ended_at"), value: minuteOf(process.ended_at) }] : []),
  ];
  return (
    <dl className="process-head">
      {items.map(({ label, value }) => (
        <div key={label}>
          <dt className="quiet">{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** What the owner has found to hold of the form: why a node is asked, or passes. */
function heldFacts({ facts, fact_types }: Schemas["Process"]) {
  return fact_types.filter(({ code }) => facts[code] === true);
}

function Nodes({ process, onReassign }: { process: Schemas["Process"]; onReassign: (drawn: Drawn) => void }) {
  const { t } = useWords();
  const mayReassign = process.can.includes("reassign");
  return (
    <Card title={t("processes.nodes")}>
      <ProcessLine
        nodes={process.nodes}
        beside={({ task_id, name }) =>
          mayReassign &&
          task_id && (
            <Button
              size="small"
              aria-label={t("processes.reassign_from", { name })}
              onClick={() => onReassign({ action: "reassign", taskId: task_id })}
            >
              {t("processes.action.reassign")}
            </Button>
          )
        }
      />
    </Card>
  );
}

const INLINE: DrawerAction[] = ["recall", "urge", "retry_effect"];
const BEHIND: DrawerAction[] = ["comment", "copy", "withdraw"];

/** What the reader can do besides his or her task; what is wanted most stands in sight. */
function Actions({ process, onAction }: { process: Schemas["Process"]; onAction: (action: DrawerAction) => void }) {
  const { t } = useWords();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const [isPrinted, setPrinted] = useState(false);
  const can = (action: DrawerAction) => process.can.includes(action);
  return (
    <>
      <Button icon={<FilePdfOutlined />} aria-label={t("processes.show_pdf")} onClick={() => setPrinted(true)}>
        PDF
      </Button>
      {INLINE.filter(can).map((action) => (
        <Button key={action} onClick={() => onAction(action)}>
          {t(`processes.action.${action}`)}
        </Button>
      ))}
      <Dropdown
        trigger={["click"]}
        menu={{
          items: BEHIND.filter(can).map((action) => ({
            key: action,
            label: t(`processes.action.${action}`),
            danger: action === "withdraw",
            onClick: () => onAction(action),
          })),
        }}
      >
        <Button icon={<MoreOutlined />}>{t("common.more")}</Button>
      </Dropdown>
      {process.can.includes("resubmit") && (
        <Button type="primary" onClick={() => void navigate(`${pathname}/resubmit`)}>
          {t("processes.action.resubmit")}
        </Button>
      )}
      <FileView
        path={isPrinted ? `/api/v1/processes/${process.id}.pdf` : undefined}
        name={`${process.title}.pdf`}
        onClose={() => setPrinted(false)}
      />
    </>
  );
}
