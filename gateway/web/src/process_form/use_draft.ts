/** The draft of a form: found again wherever one signs in, saved as one types, one for each process and subject, or task. */
import { useQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { api, type Schemas } from "../api/client";
import { asProblem } from "../api/problem";
import { readAgain } from "../api/queries";
import { DraftSaver, type SaveState } from "./draft_saver";
import type { FormValues } from "./field";

type Draft = Schemas["Draft"];

/** All that one types and chooses before a process goes round: its form, whom one chooses, what one says. */
export interface DraftContent {
  form: FormValues;
  handlers: Schemas["Draft"]["handlers"];
  opinion: string;
}

const PAUSE_MS = 1000;
const TITLE_MAX = 200;
/** What a page may still send while it is left. */
const KEEPALIVE_MAX = 60_000;

export function draftKey(code: string, subjectId: string): string {
  return `${code}:${subjectId}`;
}

const RESUBMISSION = "resubmit:";

/** @param number of the entry of its history that sent it back. */
export function resubmissionKey(processId: string, number: number): string {
  return `${RESUBMISSION}${processId}:${number}`;
}

const TASK = "task:";

/** Of what one writes at one's task of a process; the API throws it away with the task's end. */
export function taskKey(processId: string): string {
  return `${TASK}${processId}`;
}

/** @returns where a draft of a process that runs is gone on with; undefined for the key of one that has not started. */
export function addressOfRunning(key: string): string | undefined {
  if (key.startsWith(TASK)) {
    return `/processes/${key.slice(TASK.length)}`;
  }
  return key.startsWith(RESUBMISSION)
    ? `/processes/${key.slice(RESUBMISSION.length).split(":")[0]}/resubmit`
    : undefined;
}

/** @returns null where there is none. */
async function readDraft(key: string, signal?: AbortSignal): Promise<Draft | null> {
  const params = { path: { key }, query: { if_any: true } };
  const { data } = await api.GET("/api/v1/drafts/{key}", { params, signal });
  return data ?? null;
}

let askedAhead: { key: string; draft: Promise<Draft | null> } | undefined;

/** Ask for the draft of a form that is about to be opened. */
export function askDraftAhead(key: string): void {
  askedAhead = { key, draft: readDraft(key) };
  // Whoever takes it is told; what nobody takes concerns nobody.
  askedAhead.draft.catch(() => undefined);
}

/** @returns what was asked for ahead of this form, for once: the next time it is opened there may be another draft. */
async function takeDraft(key: string, signal: AbortSignal): Promise<Draft | null> {
  const taken = askedAhead?.key === key ? askedAhead.draft : undefined;
  askedAhead = undefined;
  // What was asked by nobody yet (the sign-in was still to come) is asked again.
  return taken === undefined ? readDraft(key, signal) : taken.catch(() => readDraft(key, signal));
}

/** The draft that a form begins with, read anew whenever the form is opened. */
export function useFoundDraft(key: string | undefined) {
  return useQuery({
    queryKey: ["draft", key],
    queryFn: ({ signal }) => takeDraft(key ?? "", signal),
    enabled: key !== undefined,
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
}

interface DraftOf {
  key: string;
  code: string;
  subjectId: string;
  title: string;
}

export interface DraftSaving {
  state: SaveState;
  /** This is what its user has entered by now. */
  enter: (content: DraftContent) => void;
  /** Save no more until `release`: the form is being sent. */
  hold: () => Promise<void>;
  release: () => void;
  retry: () => void;
  /** Throw the draft away; what is typed next begins another. */
  discard: () => Promise<void>;
  /** After a conflict: what was saved elsewhere, instead of what is here; null if it was started or thrown away there. */
  takeTheirs: () => Promise<DraftContent | null>;
  /** After a conflict: what is here, over what was saved elsewhere. */
  keepOurs: () => Promise<void>;
}

export function useDraftSaving({ key, code, subjectId, title }: DraftOf, found: Draft | null): DraftSaving {
  const [state, setState] = useState<SaveState>(
    found === null ? { kind: "unsaved" } : { kind: "saved", at: found.saved_at },
  );
  const about = useRef({ code, subjectId, title });
  about.current = { code, subjectId, title };
  const [saver] = useState(
    () =>
      new DraftSaver<DraftContent>(
        {
          put: async (content, version) => {
            const body = {
              code: about.current.code,
              subject_id: about.current.subjectId,
              title: about.current.title.slice(0, TITLE_MAX),
              ...content,
              version,
            };
            const { data } = await api.PUT("/api/v1/drafts/{key}", {
              params: { path: { key } },
              body,
              keepalive: document.visibilityState === "hidden" && JSON.stringify(body).length < KEEPALIVE_MAX,
            });
            void readAgain("/api/v1/drafts");
            return { version: data?.version ?? 0, savedAt: data?.saved_at ?? "" };
          },
          isConflict: (error) => asProblem(error).isLostRace,
          tell: setState,
          pauseMs: PAUSE_MS,
        },
        found && { version: found.version, savedAt: found.saved_at },
      ),
  );
  useEffect(() => {
    const flush = () => void saver.flush();
    document.addEventListener("visibilitychange", flush);
    window.addEventListener("pagehide", flush);
    return () => {
      document.removeEventListener("visibilitychange", flush);
      window.removeEventListener("pagehide", flush);
      flush();
    };
  }, [saver]);

  const discard = useCallback(async () => {
    await saver.hold();
    saver.forget();
    await api.DELETE("/api/v1/drafts/{key}", { params: { path: { key } } });
    saver.release(null);
    setState({ kind: "unsaved" });
    void readAgain("/api/v1/drafts");
  }, [saver, key]);
  const takeTheirs = useCallback(async () => {
    const theirs = await readDraft(key);
    saver.forget();
    saver.release(theirs?.version ?? null);
    setState(theirs === null ? { kind: "unsaved" } : { kind: "saved", at: theirs.saved_at });
    return theirs;
  }, [saver, key]);
  const keepOurs = useCallback(async () => {
    const theirs = await readDraft(key);
    saver.release(theirs?.version ?? null);
    await saver.flush();
  }, [saver, key]);
  const enter = useCallback((content: DraftContent) => saver.enter(content), [saver]);
  const hold = useCallback(() => saver.hold(), [saver]);
  const release = useCallback(() => saver.release(), [saver]);
  const retry = useCallback(() => void saver.flush(), [saver]);
  return { state, enter, hold, release, retry, discard, takeTheirs, keepOurs };
}
