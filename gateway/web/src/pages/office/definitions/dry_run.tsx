import { Alert, Button, Form } from "antd";
import { useState } from "react";
import { api, type Schemas } from "../../../api/client";
import { useAction } from "../../../forms/use_action";
import { UserSelect } from "../../../pick/selects";
import { EmptyState } from "../../../shell/states";
import { useWords } from "../../../words";
import type { DefinitionContent } from "./definition_content";
import { DryRunWay } from "./dry_run_way";
import { SampleField, sampleOf } from "./sample_field";

interface DryRunProps {
  definition: DefinitionContent;
  /** What is run: a version by its code, or a draft as it is. */
  asked: Pick<Schemas["DryRun"], "code" | "version" | "definition">;
}

interface Entered {
  initiator_id: string;
  form?: Record<string, unknown>;
  facts?: Record<string, unknown>;
}

/** What a start with a sample form would meet: whom each node asks, what passes by itself, where it is stuck. */
export function DryRun({ definition, asked }: DryRunProps) {
  const { t } = useWords();
  const { isBusy, act } = useAction();
  const [result, setResult] = useState<Schemas["DryRunResult"]>();
  const { fields, facts } = definition;
  const entered = fields.filter(({ is_computed }) => !is_computed);

  function run({ initiator_id, form = {}, facts: answered = {} }: Entered) {
    return act(async () => {
      const { data } = await api.POST("/api/v1/process-definitions/dry-run", {
        body: { ...asked, initiator_id, form: sampleOf(form, entered), facts: sampleOf(answered, facts) },
      });
      setResult(data);
    });
  }

  return (
    <div className="definition-editor">
      <section className="office-panel">
        <Form<Entered> layout="vertical" onFinish={(values) => void run(values)}>
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
              <div className="node-fields">
                {facts.map((fact) => (
                  <SampleField key={fact.code} part="facts" field={{ ...fact, choices: [] }} />
                ))}
              </div>
            </>
          )}
          <h2 className="office-heading">{t("office.dry_run.form")}</h2>
          <p className="quiet">{t("office.dry_run.form_note")}</p>
          <div className="node-fields">
            {entered.map((field) => (
              <SampleField key={field.code} part="form" field={field} />
            ))}
          </div>
          <Button type="primary" htmlType="submit" loading={isBusy}>
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
