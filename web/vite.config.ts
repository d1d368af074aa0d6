import preact from "@preact/preset-vite";
import { defineConfig } from "vite";
import { licences } from "./licences.ts";

/** The API while developing: `LIUHEN=http://127.0.0.1:8080 npm run dev`. */
const server = process.env["LIUHEN"] ?? "http://127.0.0.1:8080";

export default defineConfig({
  base: "/",
  plugins: [licences(), preact({ reactAliasesEnabled: false, devToolsEnabled: false })],
  build: {
    outDir: "dist",
    emptyOutDir: true,
    // The polyfill would be one more script for browsers that no longer exist.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: true,
    manifest: true,
    rollupOptions: {
      output: {
        codeSplitting: {
          groups: [
            // What every page needs, in one piece: a dozen crumbs would each cost a round trip.
            { name: "base", test: /node_modules\/(preact|@tanstack|openapi-fetch)|src\/(contract|texts\/index)|src\/ui\/[^/]+\.tsx?$|src\/ui\/form\/names/ },
            // What every form needs; the interpreter of FEEL stays apart.
            { name: "forms", test: /src\/ui\/form\/(?!feel|names)|src\/tasks\/(work|opinion|fault)|src\/trail\/timeline/ },
          ],
        },
      },
    },
  },
  server: { proxy: { "/api": server } },
});
