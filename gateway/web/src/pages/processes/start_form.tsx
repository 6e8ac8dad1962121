import { App, Button } from "antd";
import { useMemo, useState } from "react";
import { useLocation, useNavigate } from "react-router";
import { api, type Schemas } from "../../api/client";
import { readAllAgain } from "../../api/queries";
import { useMadeOnce } from "../../forms/made_once";
import { useAction } from "../../forms/use_action";
import { ErrorSummary, focusPlace } from "../../process_form/error_summary";
import type { FormSubject, FormValues } from "../../process_form/field";
import { entered } from "../../process_form/form_values";
import { ProcessFields, shownFields } from "../../process_form/process_fields";
import { firstValues } from "../../process_form/registry";
import { type DraftContent, draftKey, useDraftSaving } from "../../process_form/use_draft";
import { useEntering } from "../../process_form/use_entering";
import { definitionErrors, errorsOfProblem, useProcessForm } from "../../process_form/use_process_form";
import { closeTab } from "../../shell/tabs";
import { labelled, useWords } from "../../words";
import { ChosenHandlers, type Handlers, nodeOfRefusal } from "./chosen_handlers";
import { DraftConflict, DraftStatus } from "./draft_status";

interface StartFormProps {
  definition: Schemas["ShownDefinition"];
  subject: FormSubject;
  /** What was found of it, and what the address says instead. */
  draft: Schemas["Draft"] | null;
  prefill: FormValues;
  /** From the first change on the draft has it all: what the address says is no longer so. */
  onChanged: () => void;
}

/** The form with which a process is started; what is typed is kept as a draft until it is. */
export function StartForm({ definition, subject, draft: found, prefill, onChanged }: StartFormProps) {
  const { code, fields } = definition;
  const words = useWords();
  const { t, named } = words;
  const { message, modal, notification } = App.useApp();
  const navigate = useNavigate();
  const { pathname, search } = useLocation();
  const [begun] = useState<FormValues>(() => ({ ...firstValues(code), ...found?.form, ...prefill }));
  const form = useProcessForm(begun);
  const draft = useDraftSaving(
    {
      key: draftKey(code, subject.id),
      code,
      subjectId: subject.id,
      title: labelled(named(definition), titleOf(subject)),
    },
    found,
  );
  const [handlers, setHandlers] = useState<Handlers>(found?.handlers ?? {});
  const [others, setOthers] = useState<string[]>([]);
  const [isStarting, setStarting] = useState(false);
  const once = useMadeOnce();
  const choice = useAction();

  const content = useMemo<DraftContent>(() => ({ form: form.values, handlers, opinion: "" }), [form.values, handlers]);
  const { marks, rest } = useEntering(draft, content, onChanged);
  const show = (shown: DraftContent | null) => {
    rest();
    setOthers([]);
    form.replace({ ...firstValues(code), ...shown?.form });
    setHandlers(shown?.handlers ?? {});
  };

  const shown = useMemo(
    () => shownFields(code, fields, "start", form.values, subject),
    [code, fields, form.values, subject],
  );

  function refuse(errors: Record<string, readonly string[]>, said: string[]) {
    form.setErrors(errors);
    setOthers(said);
    const [first] = Object.keys(errors);
    if (first !== undefined) {
      // The message is there once the form was drawn again.
      requestAnimationFrame(() => focusPlace(first));
    }
  }

  async function start() {
    const wrong = definitionErrors(t, shown, fields, form.values, code);
    if (Object.keys(wrong).length > 0) {
      refuse(wrong, []);
      return;
    }
    setStarting(true);
    await draft.hold();
    try {
      const body = {
        code,
        subject_id: subject.id,
        form: entered(shown, form.values),
        handlers,
        draft_key: draftKey(code, subject.id),
      } as Schemas["StartProcess"];
      const { data } = await once((header) => api.POST("/api/v1/processes", { params: { header }, body }));
      rest();
      message.success(t("processes.start.started", { name: named(definition) }));
      void readAllAgain();
      closeTab(pathname + search);
      void navigate(`/processes/${data?.id}`, { replace: true });
    } catch (error) {
      draft.release();
      const {
        problem,
        errors,
        others: said,
      } = errorsOfProblem(error, fields, (place) => {
        const node = nodeOfRefusal(definition.nodes, place);
        return node && named(node);
      });
      refuse(errors, said.length > 0 || Object.keys(errors).length > 0 ? said : [problem.message]);
      if (problem.isPassing) {
        notification.error({ title: problem.message, duration: 8 });
      }
    } finally {
      setStarting(false);
    }
  }

  function discard() {
    modal.confirm({
      title: t("processes.start.draft.discard_title"),
      content: t("processes.start.draft.discard_text"),
      okText: t("processes.start.draft.discard"),
      okButtonProps: { danger: true },
      cancelText: t("common.cancel"),
      onOk: () =>
        choice.act(async () => {
          await draft.discard();
          show(null);
        }),
    });
  }

  return (
    <div className="start-panel" {...marks}>
      <DraftConflict draft={draft} isBusy={choice.isBusy} act={choice.act} onTheirs={show} />
      <ErrorSummary fields={fields} errors={form.errors} others={others} />
      <ProcessFields code={code} fields={fields} node="start" subject={subject} form={form} />
      <ChosenHandlers nodes={definition.nodes} handlers={handlers} onChange={setHandlers} />
      <footer className="start-foot">
        <DraftStatus draft={draft} />
        {draft.state.kind !== "unsaved" && (
          <Button type="text" onClick={discard}>
            {t("processes.start.draft.discard")}
          </Button>
        )}
        <Button
          type="primary"
          loading={isStarting}
          disabled={form.isBusy || draft.state.kind === "conflict"}
          onClick={() => void start()}
        >
          {form.isBusy ? t("common.upload.uploading") : t("processes.start.submit")}
        </Button>
      </footer>
    </div>
  );
}

/** What a subject is called where its customer is not shown beside it. */
export function titleOf(subject: FormSubject): string {
  return subject.type === "customer" ? subject.name : `${subject.customerName} ${subject.name}`;
}
