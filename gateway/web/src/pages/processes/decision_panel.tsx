import { DownOutlined } from "@ant-design/icons";
import { App, Button, Dropdown, Input, type MenuProps } from "antd";
import { useEffect, useEffectEvent, useId, useMemo, useRef, useState } from "react";
import { api, type Schemas } from "../../api/client";
import { readAllAgain } from "../../api/queries";
import { minuteOf } from "../../format/dates";
import { type KeyHeader, useMadeOnce } from "../../forms/made_once";
import { showProblem } from "../../forms/problems";
import { useAction } from "../../forms/use_action";
import type { FormValues } from "../../process_form/field";
import { entered } from "../../process_form/form_values";
import { ProcessFields, shownFields } from "../../process_form/process_fields";
import { type DraftContent, taskKey, useDraftSaving, useFoundDraft } from "../../process_form/use_draft";
import { useEntering } from "../../process_form/use_entering";
import { definitionErrors, errorsOfProblem, useProcessForm } from "../../process_form/use_process_form";
import { Loaded } from "../../shell/states";
import { useWords } from "../../words";
import type { DrawerAction } from "./action_drawer";
import type { NamedFile } from "./attachment_list";
import { DraftConflict, DraftStatus } from "./draft_status";
import { FileInput } from "./file_input";
import { subjectOf } from "./process_subject";
import { draftOf, isOf, writtenIn } from "./written";

type Task = Schemas["OwnTask"];
type Draft = Schemas["Draft"];

/** What is decided with the words that stand in the panel. */
type Decision = "approve" | "reject" | "return" | "advise";

const HANDING: DrawerAction[] = ["transfer", "delegate", "add_approver"];

interface DecisionPanelProps {
  process: Schemas["Process"];
  task: Task;
  onDecided: (words: string) => void;
  /** What needs people besides words opens a drawer. */
  onHandOn: (action: DrawerAction) => void;
}

/** The reader's task. To be keyed by it: what is written is its own. */
export function DecisionPanel(props: DecisionPanelProps) {
  const { process, task } = props;
  const { t } = useWords();
  const found = useFoundDraft(taskKey(process.id));
  return (
    <section className="decision" aria-label={t("processes.your_task")}>
      <TaskHead process={process} task={task} />
      <Loaded query={found} rows={3}>
        {(draft) => <DecisionForm {...props} found={draft} />}
      </Loaded>
    </section>
  );
}

/**
 * The task's fields, the reader's opinion, and what can be decided. Ctrl/Cmd-Enter agrees (or answers) from wherever one is on
 * the page.
 */
function DecisionForm({ process, task, found, onDecided, onHandOn }: DecisionPanelProps & { found: Draft | null }) {
  const { t, named } = useWords();
  const { notification } = App.useApp();
  const [begun] = useState(() => writtenIn(task, found));
  const form = useProcessForm({ ...process.form, ...begun.entered });
  const [opinion, setOpinion] = useState(begun.opinion);
  const [files, setFiles] = useState(begun.files);
  const { values } = form;
  const { draft, marks, rest } = useWriting(process, task, found, { values, files, opinion });
  const choice = useAction();
  const subject = subjectOf(process);
  const fields = shownFields(process.code, process.fields, task.node, values, subject);
  const [opinionError, setOpinionError] = useState<string>();
  const [busy, setBusy] = useState<Decision>();
  const [isUploading, setUploading] = useState(false);
  const opinionBox = useRef<HTMLTextAreaElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const once = useMadeOnce();
  // A drawer beside the panel has an opinion of its own.
  const opinionId = useId();
  const isAdvice = task.kind === "advise";
  const can = (action: string) => task.actions.includes(action);

  function show(theirs: DraftContent | null) {
    rest();
    const written = writtenIn(task, theirs);
    form.replace({ ...process.form, ...written.entered });
    setOpinion(written.opinion);
    setFiles(written.files);
  }

  /** @returns whether it can be sent; what is missing is marked. */
  function isComplete(decision: Decision): boolean {
    const wantsOpinion = task.opinion_required || decision !== "approve";
    const errors = decision === "approve" ? definitionErrors(t, fields, process.fields, values) : {};
    form.setErrors(errors);
    if (wantsOpinion && opinion.trim() === "") {
      setOpinionError(t("processes.opinion_wanted"));
      opinionBox.current?.focus();
      return false;
    }
    return Object.keys(errors).length === 0;
  }

  async function decide(decision: Decision, toNode?: string) {
    if (busy !== undefined || isUploading || form.isBusy || !isComplete(decision)) {
      return;
    }
    setBusy(decision);
    await draft.hold();
    try {
      const body = { opinion: opinion.trim(), attachments: files.map(({ id }) => id) };
      await once((header) => send(decision, task.id, header, body, entered(fields, values), toNode));
      rest();
      await readAllAgain();
      onDecided(t(`processes.done.${decision}`));
    } catch (error) {
      draft.release();
      const { problem, errors } = errorsOfProblem(error, process.fields);
      const ofOpinion = problem.errors.find(({ field }) => field === "opinion");
      form.setErrors(errors);
      setOpinionError(ofOpinion?.message);
      if (Object.keys(errors).length + (ofOpinion ? 1 : 0) < Math.max(1, problem.errors.length)) {
        showProblem(error, { notification, readAgain: readAllAgain });
      }
    } finally {
      setBusy(undefined);
    }
  }

  const agree = useEffectEvent((event: KeyboardEvent) => {
    // A dialog has its own Enter, unless the panel stands in it.
    const dialog = event.target instanceof Element ? event.target.closest("[role=dialog]") : null;
    const isElsewhere = dialog !== null && !dialog.contains(panel.current);
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !isElsewhere) {
      event.preventDefault();
      void decide(isAdvice ? "advise" : "approve");
    }
  });
  useEffect(() => {
    window.addEventListener("keydown", agree);
    return () => window.removeEventListener("keydown", agree);
  }, []);

  const targets: MenuProps["items"] = task.return_targets.map((node) => ({
    key: node.code,
    label: named(node),
    onClick: () => void decide("return", node.code),
  }));
  const handing = HANDING.filter(can).map((action) => ({
    key: action,
    label: t(`processes.action.${action}`),
    onClick: () => onHandOn(action),
  }));
  return (
    <div ref={panel} className="decision" {...marks}>
      <DraftConflict draft={draft} isBusy={choice.isBusy} act={choice.act} onTheirs={show} />
      {fields.length > 0 && !isAdvice && (
        <ProcessFields code={process.code} fields={process.fields} node={task.node} subject={subject} form={form} />
      )}
      <div className="decision-opinion">
        <label htmlFor={opinionId}>
          {t(task.opinion_required ? "processes.opinion" : "processes.opinion_optional")}
        </label>
        <Input.TextArea
          id={opinionId}
          ref={(input) => {
            opinionBox.current = input?.resizableTextArea?.textArea ?? null;
          }}
          value={opinion}
          maxLength={5000}
          autoSize={{ minRows: 2, maxRows: 8 }}
          status={opinionError ? "error" : undefined}
          aria-invalid={opinionError !== undefined}
          aria-describedby={`${opinionId}-error`}
          onChange={(event) => {
            setOpinionError(undefined);
            setOpinion(event.target.value);
          }}
        />
        <div id={`${opinionId}-error`} role="alert" className="loss">
          {opinionError}
        </div>
        <FileInput value={files} onChange={setFiles} onBusy={setUploading} />
      </div>
      <div className="decision-buttons">
        {isAdvice && (
          <Button type="primary" loading={busy === "advise"} onClick={() => void decide("advise")}>
            {t("processes.action.advise")}
          </Button>
        )}
        {can("approve") && (
          <Button
            type="primary"
            title={t("processes.approve_key")}
            loading={busy === "approve"}
            disabled={isUploading || form.isBusy}
            onClick={() => void decide("approve")}
          >
            {t("processes.action.approve")}
          </Button>
        )}
        {can("reject") && (
          <Button danger loading={busy === "reject"} onClick={() => void decide("reject")}>
            {t("processes.action.reject")}
          </Button>
        )}
        {can("return") && targets.length > 0 && (
          <Dropdown menu={{ items: targets }} trigger={["click"]}>
            <Button loading={busy === "return"}>
              {t("processes.action.return")} <DownOutlined aria-hidden />
            </Button>
          </Dropdown>
        )}
        {handing.length > 0 && (
          <Dropdown menu={{ items: handing }} trigger={["click"]}>
            <Button>
              {t("processes.hand_on")} <DownOutlined aria-hidden />
            </Button>
          </Dropdown>
        )}
      </div>
      {draft.state.kind !== "unsaved" && <DraftStatus draft={draft} />}
    </div>
  );
}

interface Typed {
  values: FormValues;
  files: NamedFile[];
  opinion: string;
}

/** Saves what is written at a task as its draft. */
function useWriting(process: Schemas["Process"], task: Task, found: Draft | null, { values, files, opinion }: Typed) {
  const { t } = useWords();
  const key = taskKey(process.id);
  const [isLeftOver] = useState(found !== null && !isOf(task, found));
  useEffect(() => {
    if (isLeftOver) {
      void api.DELETE("/api/v1/drafts/{key}", { params: { path: { key } } });
    }
  }, [isLeftOver, key]);
  const about = {
    key,
    code: process.code,
    subjectId: process.subject.id,
    title: t("processes.task_title", { title: process.title }),
  };
  const draft = useDraftSaving(about, isLeftOver ? null : found);
  const content = useMemo(() => draftOf(task, values, files, opinion), [task, values, files, opinion]);
  return { draft, ...useEntering(draft, content) };
}

/** Whose task it is, of which node, until when. */
export function TaskHead({ process, task }: { process: Schemas["Process"]; task: Task }) {
  const { t, named } = useWords();
  const node = process.nodes.find(({ code }) => code === task.node);
  const isLate = task.due_at !== null && Date.parse(task.due_at) < Date.now();
  return (
    <header className="decision-head">
      <h2>{t(task.kind === "advise" ? "processes.your_advice" : "processes.your_task")}</h2>
      {node && <span>{named(node)}</span>}
      {task.for_name && <span className="node-current">{t("processes.for", { name: task.for_name })}</span>}
      {task.due_at && (
        <span className={isLate ? "loss" : "quiet"}>
          {t(isLate ? "processes.was_due" : "processes.due", { time: minuteOf(task.due_at) })}
        </span>
      )}
    </header>
  );
}

function send(
  decision: Decision,
  taskId: string,
  header: KeyHeader,
  words: { opinion: string; attachments: string[] },
  form: Record<string, unknown>,
  toNode = "start",
) {
  const at = { params: { path: { task_id: taskId }, header } };
  switch (decision) {
    case "approve":
      return api.POST("/api/v1/tasks/{task_id}/approve", { ...at, body: { ...words, form } });
    case "reject":
      return api.POST("/api/v1/tasks/{task_id}/reject", { ...at, body: words });
    case "return":
      return api.POST("/api/v1/tasks/{task_id}/return", { ...at, body: { ...words, to_node: toNode } });
    case "advise":
      return api.POST("/api/v1/tasks/{task_id}/advise", { ...at, body: words });
  }
}
