/** Every area's words: `words/zh/<area>.json` is the namespace `<area>`. */
const files = import.meta.glob<object>("./zh/*.json", { eager: true, import: "default" });

export default Object.fromEntries(
  Object.entries(files).map(([path, words]) => [path.replace(/^.*\/|\.json$/g, ""), words]),
);
