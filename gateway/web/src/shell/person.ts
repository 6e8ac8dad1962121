import { closeAllTabs } from "./tabs";

const KEPT_AS = "l2c.person";
/** What is the browser's, whoever sits at it. */
const OF_THE_BROWSER = /^l2c\.(?:language|color-mode|menu-collapsed|columns\.|reloaded-at)/;

/**
 * What was kept here in passing (forms not sent, tabs, the list one came from) is of one person: when another
 * signs in, it goes, however the first one left.
 */
export function belongTo(userId: string): void {
  const isAnother = [localStorage, sessionStorage].map((store) => {
    const before = store.getItem(KEPT_AS);
    if (before === userId) {
      return false;
    }
    for (const key of Object.keys(store)) {
      if (key.startsWith("l2c.") && !OF_THE_BROWSER.test(key)) {
        store.removeItem(key);
      }
    }
    store.setItem(KEPT_AS, userId);
    return before !== null;
  });
  if (isAnother.includes(true)) {
    closeAllTabs();
  }
}
