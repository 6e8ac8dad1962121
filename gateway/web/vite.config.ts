import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// `L2C_GATEWAY=http://127.0.0.1:8000 npm run dev` serves the sources, and asks that gateway for everything else.
const gateway = process.env.L2C_GATEWAY ?? "http://127.0.0.1:8000";

const inPackages = (names: string) => new RegExp(`/node_modules/(?:${names})/`);

/**
 * What the shell and the sign-in stand on comes in three files and not in sixty. What only some pages use (tables, date pickers,
 * charts) is not named here, and stays with them.
 */
const groups = [
  {
    name: "react",
    test: inPackages(
      "react|react-dom|scheduler|react-router|@tanstack/[^/]+|i18next|react-i18next|openapi-[^/]+|dayjs",
    ),
  },
  {
    name: "frame",
    test: inPackages(
      [
        "@ant-design/(?:cssinjs|cssinjs-utils|colors|fast-color)",
        "@babel/runtime",
        "clsx",
        "@rc-component/(?:util|motion|trigger|portal|resize-observer|overflow|context|mini-decimal|menu|dropdown|drawer|dialog|notification|tooltip|input|form|async-validator|segmented|collapse)",
        "antd/es/(?:_util|alert|app|avatar|badge|button|config-provider|drawer|dropdown|empty|form|grid|input|layout|locale|menu|message|modal|notification|popover|result|segmented|skeleton|space|style|tag|theme|tooltip|version)",
      ].join("|"),
    ),
  },
  { name: "icons", test: inPackages("@ant-design/(?:icons|icons-svg)"), minShareCount: 4 },
  { name: "shell", test: /\/src\/(?:api|format|forms|shell|theme)/, minShareCount: 2 },
];

export default defineConfig({
  plugins: [react()],
  build: {
    // What a browser of 2023 understands; whoever has an older one is told so by index.html.
    target: ["chrome111", "edge111", "firefox114", "safari16.4"],
    // Each chunk is served compressed; what it weighs then is held by tests/browser/test_weight.py.
    chunkSizeWarningLimit: 2000,
    reportCompressedSize: false,
    modulePreload: { polyfill: false },
    rolldownOptions: { output: { codeSplitting: { groups } } },
  },
  server: { port: 5173, proxy: { "^/(api|docs|openapi.json|asyncapi.json|health)": { target: gateway } } },
});
