import { App } from "antd";
import { useCallback, useEffect, useRef, useState } from "react";
import { api, type Schemas } from "../../../api/client";
import { readAgain } from "../../../api/queries";
import { showProblem } from "../../../forms/problems";
import { mergedContent } from "./merged_content";

type Draft = Schemas["DefinitionDraft"];
type Content = Draft["definition"];

const PAUSE_MS = 900;

export interface DraftInUse {
  /** As it is edited now. */
  content: Content;
  change: (content: Content) => void;
  /** As it was saved last, with its faults. */
  saved: Draft;
  isSaved: boolean;
  /** Where somebody who was faster has changed what was changed here, too: nothing is saved until one decides. */
  contested: string[];
  decide: (whose: "mine" | "theirs") => void;
}

/**
 * A draft that saves itself when its editor pauses. Whoever was faster is not overwritten: the draft is read again, and what was
 * changed here is put into it.
 */
export function useDraft(draft: Draft): DraftInUse {
  const { notification } = App.useApp();
  const [saved, setSaved] = useState(draft);
  const [content, setContent] = useState(draft.definition);
  const [sent, setSent] = useState(draft.definition);
  const [isSaving, setSaving] = useState(false);
  const [contest, setContest] = useState<{ base: Content; places: string[] }>();

  const save = useCallback(
    async (definition: Content, version: number) => {
      setSaving(true);
      try {
        const { data } = await api.PUT("/api/v1/process-definition-drafts/{code}", {
          params: { path: { code: draft.code } },
          body: { definition, version },
        });
        if (data !== undefined) {
          setSaved(data);
        }
      } catch (error) {
        showProblem(error, { notification, readAgain: () => readAgain("/api/v1/process-definition-drafts") });
      } finally {
        // Not sent again unless it is changed again: what was refused would be refused for ever.
        setSent(definition);
        setSaving(false);
      }
    },
    [draft.code, notification],
  );

  // Read again because somebody was faster.
  if (draft.version > saved.version && !isSaving) {
    const base = contest?.base ?? saved.definition;
    const { content: both, contested } = mergedContent(base, draft.definition, content);
    setSaved(draft);
    setSent(draft.definition);
    setContent(both);
    setContest(contested.length > 0 ? { base, places: contested } : undefined);
  }

  const isDue = content !== sent && !isSaving && contest === undefined;
  useEffect(() => {
    if (!isDue) {
      return;
    }
    const pause = setTimeout(() => void save(content, saved.version), PAUSE_MS);
    return () => clearTimeout(pause);
  }, [isDue, content, saved.version, save]);

  // Whoever leaves before the pause is over loses nothing.
  const unsaved = useRef<() => void>(undefined);
  unsaved.current = isDue ? () => void save(content, saved.version) : undefined;
  useEffect(() => () => unsaved.current?.(), []);

  return {
    content,
    change: setContent,
    saved,
    isSaved: content === sent && !isSaving,
    contested: contest?.places ?? [],
    decide: (whose) => {
      if (contest !== undefined && whose === "theirs") {
        setContent(mergedContent(contest.base, content, saved.definition).content);
      }
      setContest(undefined);
    },
  };
}
