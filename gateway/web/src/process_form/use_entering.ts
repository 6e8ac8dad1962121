/** What of a form its user does: only that is saved, and not what fills itself in when it opens. */
import { useEffect, useRef } from "react";
import type { DraftContent, DraftSaving } from "./use_draft";

interface Entering {
  /** For what surrounds the form: whatever is done in there is its user's. */
  marks: Record<`on${"Input" | "Click" | "Paste" | "Drop" | "KeyDown"}Capture`, () => void>;
  /** What changes next is not the user's doing: the form is filled anew, or was sent. */
  rest: () => void;
}

/**
 * @param content a new object whenever it has changed, and only then.
 * @param onChanged called with every change of its user's.
 */
export function useEntering(draft: DraftSaving, content: DraftContent, onChanged?: () => void): Entering {
  const isTouched = useRef(false);
  const seen = useRef(content);
  const { enter } = draft;
  useEffect(() => {
    if (seen.current !== content) {
      seen.current = content;
      if (isTouched.current) {
        enter(content);
        onChanged?.();
      }
    }
  }, [content, enter, onChanged]);
  const touch = () => {
    isTouched.current = true;
  };
  return {
    marks: {
      onInputCapture: touch,
      onClickCapture: touch,
      onPasteCapture: touch,
      onDropCapture: touch,
      onKeyDownCapture: touch,
    },
    rest: () => {
      isTouched.current = false;
    },
  };
}
