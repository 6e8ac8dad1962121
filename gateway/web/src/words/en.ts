/** Every area's words: `words/en/<area>.json` is the namespace `<area>`. */
const files = import.meta.glob<object>("./en/*.json", { eager: true, import: "default" });

export default Object.fromEntries(
  Object.entries(files).map(([path, words]) => [path.replace(/^.*\/|\.json$/g, ""), words]),
);
