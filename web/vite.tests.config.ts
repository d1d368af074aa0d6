import { readdirSync } from "node:fs";
import { defineConfig } from "vite";

/** Bundles `tests/*.test.ts` for `node --test`: no test runner to install. */
export default defineConfig({
  build: {
    ssr: true,
    outDir: "node_modules/.cache/tests",
    emptyOutDir: true,
    target: "node20",
    rollupOptions: {
      input: readdirSync("tests")
        .filter((name) => name.endsWith(".test.ts"))
        .map((name) => `tests/${name}`),
      output: { entryFileNames: "[name].js" },
    },
  },
});
