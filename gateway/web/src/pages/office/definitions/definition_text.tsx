import { Input } from "antd";
import { useEffect, useRef, useState } from "react";
import { labelled, useWords } from "../../../words";

interface DefinitionTextProps {
  content: Record<string, unknown>;
  onChange: (content: Record<string, unknown>) => void;
}

const INDENT = 2;

/** All of a draft as text, for those who know its shape. What cannot be read is said so, and not taken over. */
export function DefinitionText({ content, onChange }: DefinitionTextProps) {
  const { t } = useWords();
  const [text, setText] = useState(() => JSON.stringify(content, null, INDENT));
  const [problem, setProblem] = useState<string>();
  const told = useRef(content);
  useEffect(() => {
    // Changed elsewhere, and not by what is typed here.
    if (content !== told.current) {
      told.current = content;
      setText(JSON.stringify(content, null, INDENT));
      setProblem(undefined);
    }
  }, [content]);

  function take(typed: string) {
    setText(typed);
    try {
      const read: unknown = JSON.parse(typed);
      if (typeof read !== "object" || read === null || Array.isArray(read)) {
        setProblem(t("office.drafts.not_an_object"));
        return;
      }
      setProblem(undefined);
      told.current = read as Record<string, unknown>;
      onChange(told.current);
    } catch (error) {
      setProblem(labelled(t("office.not_json"), error instanceof Error ? error.message : String(error)));
    }
  }

  return (
    <section className="office-panel">
      <p className="quiet">{t("office.drafts.text_note")}</p>
      {problem !== undefined && (
        <p className="loss" role="alert">
          {problem}
        </p>
      )}
      <Input.TextArea
        className="code-text"
        value={text}
        spellCheck={false}
        aria-label={t("office.drafts.text")}
        status={problem === undefined ? undefined : "error"}
        autoSize={{ minRows: 20, maxRows: 36 }}
        onChange={(event) => take(event.target.value)}
      />
    </section>
  );
}
