import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// `L2C_GATEWAY=http://127.0.0.1:8000 npm run dev` serves the sources, and asks that gateway for everything else.
const gateway = process.env.L2C_GATEWAY ?? "http://127.0.0.1:8000";

export default defineConfig({
  plugins: [react()],
  build: {
    // What a browser of 2023 understands; whoever has an older one is told so by index.html.
    target: ["chrome111", "edge111", "firefox114", "safari16.4"],
    // Each chunk is served compressed; what it weighs then is held by tests/browser/test_weight.py.
    chunkSizeWarningLimit: 2000,
    reportCompressedSize: false,
    modulePreload: { polyfill: false },
  },
  server: { port: 5173, proxy: { "^/(api|docs|openapi.json|asyncapi.json|health)": { target: gateway } } },
});
