import { useCallback } from "react";
import { useWords } from "../../words";

/** What the API says in both languages, in the one that is read. */
export function useSaid(): (said: { zh: string; en: string } | null | undefined) => string {
  const { language } = useWords();
  return useCallback((said) => said?.[language] ?? "", [language]);
}
