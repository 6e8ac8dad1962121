/** `./zh/home.json` → `home`. */
export function byArea(files: Record<string, object>): Record<string, object> {
  return Object.fromEntries(Object.entries(files).map(([path, words]) => [path.replace(/^.*\/|\.json$/g, ""), words]));
}
