import preact from "@preact/preset-vite";
import { defineConfig } from "vite";
import { licences } from "./licences";

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
  },
  server: { proxy: { "/api": server } },
});
