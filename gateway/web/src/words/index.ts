/** The console's words: `t("customers.title")`, typed by the Chinese ones. Each area has a file a language. */
import i18next from "i18next";
import { useCallback, useMemo } from "react";
import { initReactI18next, useTranslation } from "react-i18next";
import type { Words } from "./types";

export const LANGUAGES = ["zh", "en"] as const;
export type Language = (typeof LANGUAGES)[number];

type Leaves<Tree> = {
  [Name in keyof Tree & string]: Tree[Name] extends string ? PluralOf<Name> : `${Name}.${Leaves<Tree[Name]>}`;
}[keyof Tree & string];
type PluralOf<Name extends string> = Name extends `${infer Stem}_one` | `${infer Stem}_other` ? Stem : Name;

/** `<area>.<key>`, deeper ones parted by dots; what is counted without `_one` and `_other`. */
export type WordKey = Leaves<Words>;
export type Translate = (key: WordKey, params?: Record<string, unknown>) => string;
type Terms = Words["terms"];

const KEPT_AS = "l2c.language";

type Bundle = () => Promise<{ default: Record<string, object> }>;

// What the first page says comes first; what the others say, with the first of them.
const bundles: Record<Language, { first: Bundle; places: Bundle }> = {
  zh: { first: () => import("./zh"), places: () => import("./zh_places") },
  en: { first: () => import("./en"), places: () => import("./en_places") },
};

function preferred(): Language {
  const kept = localStorage.getItem(KEPT_AS);
  if (kept === "zh" || kept === "en") {
    return kept;
  }
  return navigator.language.toLowerCase().startsWith("en") ? "en" : "zh";
}

let current: Language = preferred();

let started: Promise<void> | undefined;
let arePlacesWanted = false;

async function load(language: Language): Promise<void> {
  const { first, places } = bundles[language];
  for (const { default: words } of await Promise.all(arePlacesWanted ? [first(), places()] : [first()])) {
    i18next.addResourceBundle(language, "translation", words);
  }
}

export function startWords(): Promise<void> {
  started ??= start();
  return started;
}

async function start(): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: current,
    fallbackLng: false,
    resources: {},
    interpolation: { escapeValue: false },
    react: { useSuspense: false },
    returnNull: false,
  });
  await load(current);
  tell(current);
}

/** Have the words of all places: before one of their pages is shown. */
export async function bringPlaces(): Promise<void> {
  arePlacesWanted = true;
  await startWords();
  await load(current);
}

export async function switchLanguage(language: Language): Promise<void> {
  await load(language);
  localStorage.setItem(KEPT_AS, language);
  current = language;
  await i18next.changeLanguage(language);
  tell(language);
}

function tell(language: Language): void {
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
}

/** Known before its words are. */
export function currentLanguage(): Language {
  return current;
}

/** For code that is no component. What it returns is of the language now. */
export const translate: Translate = (key, params) => i18next.t(key as string, params ?? {}) as string;

const BETWEEN: Record<Language, { names: string; clauses: string; label: string; aside: [string, string] }> = {
  zh: { names: "、", clauses: "；", label: "：", aside: ["（", "）"] },
  en: { names: ", ", clauses: "; ", label: ": ", aside: [" (", ")"] },
};

/** Names one after the other, as the language parts them. */
export function listed(names: readonly string[]): string {
  return names.join(BETWEEN[current].names);
}

/** What parts names, where they are no mere texts. */
export function comma(): string {
  return BETWEEN[current].names;
}

/** Clauses in one line: what has its own commas. */
export function inClauses(clauses: readonly string[]): string {
  return clauses.join(BETWEEN[current].clauses);
}

/** `label: value`; without one of them, the other alone. */
export function labelled(label: string | null | undefined, value: string | null | undefined): string {
  return [label, value].filter(Boolean).join(BETWEEN[current].label);
}

/** `words (note)`; without a note, the words alone. */
export function withAside(words: string, note: string): string {
  const [before, after] = BETWEEN[current].aside;
  return note === "" ? words : `${words}${before}${note}${after}`;
}

export interface WordsInUse {
  t: Translate;
  language: Language;
  /** What a code of the API is called: `term("tier", customer.tier)`; a code that is new to the console stands for itself. */
  term: (group: keyof Terms, code: string | null | undefined) => string;
  /** For what the API names in both languages. */
  named: (names: { name_zh: string; name_en: string }) => string;
}

export function useWords(): WordsInUse {
  const { i18n } = useTranslation();
  const language: Language = i18n.language === "en" ? "en" : "zh";
  // biome-ignore lint/correctness/useExhaustiveDependencies: what it says depends on the language, which it does not take
  const t = useCallback<Translate>((key, params) => i18n.t(key as string, params ?? {}) as string, [i18n, language]);
  return useMemo(
    () => ({
      t,
      language,
      term: (group, code) => (code ? (i18n.t(`terms.${group}.${code}`, { defaultValue: code }) as string) : "–"),
      named: ({ name_zh, name_en }) => (language === "en" ? name_en : name_zh),
    }),
    [t, i18n, language],
  );
}
