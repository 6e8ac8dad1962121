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
    rolldownOptions: {
      output: {
        // Shared chunks are named by all that share them, which says nothing to anybody.
        chunkFileNames: ({ name }) => `assets/${name.split("~")[0]}-[hash].js`,
        codeSplitting: {
          groups: [
            // What every page needs comes as one file, which packs better than sixty.
            { name: "shell", tags: ["$initial"], priority: 2 },
            // What several pages share: not a file for each few lines of it, and not all of it for whoever needs a part.
            { name: "shared", minShareCount: 2, entriesAware: true, entriesAwareMergeThreshold: 24_000, priority: 1 },
          ],
        },
      },
    },
  },
  server: { port: 5173, proxy: { "^/(api|docs|openapi.json|asyncapi.json|health)": { target: gateway } } },
});
