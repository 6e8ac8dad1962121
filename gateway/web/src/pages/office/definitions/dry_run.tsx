import { Alert, Button, Form } from "antd";
import { useCallback, useState } from "react";
import { api, type Schemas } from "../../../api/client";
import { useAction } from "../../../forms/use_action";
import { UserSelect } from "../../../pick/selects";
import { type FieldErrors, type FormField, type FormValues, plainField } from "../../../process_form/field";
import { entered } from "../../../process_form/form_values";
import { EmptyState } from "../../../shell/states";
import { useWords } from "../../../words";
import type { DefinitionContent } from "./definition_content";
import { DryRunWay } from "./dry_run_way";
import { SampleField } from "./sample_field";

interface DryRunProps {
  definition: DefinitionContent;
  /** What is run: a version by its code, or a draft as it is. */
  asked: Pick<Schemas["DryRun"], "code" | "version" | "definition">;
}

type Sample = Record<"form" | "facts", FormValues>;

const NO_ERRORS: FieldErrors = {};

/** What a start with a sample form would meet: whom each node asks, what passes by itself, where it is stuck. */
export function DryRun({ definition, asked }: DryRunProps) {
  const { t } = useWords();
  const { isBusy, act } = useAction();
  const [result, setResult] = useState<Schemas["DryRunResult"]>();
  const [sample, setSample] = useState<Sample>({ form: {}, facts: {} });
  const [busy, setBusy] = useState(0);
  const onBusy = useCallback((isBusy: boolean) => setBusy((count) => count + (isBusy ? 1 : -1)), []);
  const fields = definition.fields.filter(({ is_computed }) => !is_computed);
  const facts = definition.facts.map(plainField);

  function run(initiator_id: string) {
    return act(async () => {
      const { data } = await api.POST("/api/v1/process-definitions/dry-run", {
        body: {
          ...asked,
          initiator_id,
          form: entered(fields, sample.form),
          facts: entered(facts, sample.facts),
        },
      });
      setResult(data);
    });
  }

  const fieldsOf = (part: keyof Sample, shown: FormField[]) => (
    <div className="process-form">
      {shown.map((field) => (
        <SampleField
          key={field.code}
          part={part}
          field={field}
          value={sample[part][field.code]}
          onChange={(value) => setSample((before) => ({ ...before, [part]: { ...before[part], [field.code]: value } }))}
          errors={NO_ERRORS}
          onBusy={onBusy}
        />
      ))}
    </div>
  );

  return (
    <div className="definition-editor">
      <section className="office-panel">
        <Form<{ initiator_id: string }> layout="vertical" onFinish={({ initiator_id }) => void run(initiator_id)}>
          <Form.Item
            name="initiator_id"
            label={t("office.dry_run.initiator")}
            rules={[{ required: true, message: t("office.required") }]}
          >
            <UserSelect isClearable={false} placeholder={t("office.dry_run.initiator_hint")} />
          </Form.Item>
          {facts.length > 0 && (
            <>
              <h2 className="office-heading">{t("office.dry_run.facts")}</h2>
              <p className="quiet">{t("office.dry_run.facts_note")}</p>
              {fieldsOf("facts", facts)}
            </>
          )}
          <h2 className="office-heading">{t("office.dry_run.form")}</h2>
          <p className="quiet">{t("office.dry_run.form_note")}</p>
          {fieldsOf("form", fields)}
          <Button type="primary" htmlType="submit" loading={isBusy} disabled={busy > 0}>
            {t("office.dry_run.run")}
          </Button>
        </Form>
      </section>
      <section className="office-panel" aria-live="polite">
        <h2>{t("office.dry_run.result")}</h2>
        {result === undefined ? (
          <EmptyState words={t("office.dry_run.empty")} />
        ) : (
          <>
            <Alert
              type={result.can_finish ? "success" : "warning"}
              showIcon
              title={t(result.can_finish ? "office.dry_run.can_finish" : "office.dry_run.cannot_finish")}
              description={
                result.may_start ? undefined : t("office.dry_run.may_not_start", { name: result.initiator.name })
              }
              style={{ margin: "12px 0" }}
            />
            <DryRunWay result={result} definition={definition} />
          </>
        )}
      </section>
    </div>
  );
}
