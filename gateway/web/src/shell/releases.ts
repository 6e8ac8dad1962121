const TRIED_AS = "l2c.reloaded-at";
const AGAIN_MS = 30_000;

/**
 * Since this page was loaded a newer console may have been built, and the parts of this one that were not needed yet are gone:
 * the first that is missed brings the new one. Forms are kept as drafts, and where one is stands in the address.
 */
export function keepUpWithReleases(): void {
  window.addEventListener("vite:preloadError", (event) => {
    const tried = Number(sessionStorage.getItem(TRIED_AS) ?? 0);
    // If it is missing from the new one, too, the page says so instead of loading for ever.
    if (Date.now() - tried > AGAIN_MS) {
      event.preventDefault();
      sessionStorage.setItem(TRIED_AS, String(Date.now()));
      window.location.reload();
    }
  });
}
