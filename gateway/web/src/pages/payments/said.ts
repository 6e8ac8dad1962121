import { useCallback } from "react";
import { useWords } from "../../words";

interface Said {
  zh: string;
  en: string;
}

/**
 * What the API says in both languages, in the one that is read. Where it speaks of the very bill that it stands beside
 * (`ownBill`, its number), the number gives way to "this bill".
 */
export function useSaid(): (said: Said | null | undefined, ownBill?: string) => string {
  const { t, language } = useWords();
  return useCallback(
    (said, ownBill) => {
      const words = said?.[language] ?? "";
      return ownBill ? words.replaceAll(ownBill, t("payments.this_bill")) : words;
    },
    [t, language],
  );
}
