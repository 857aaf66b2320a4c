import { defaultClientConditions, defineConfig, type Plugin, type UserConfig } from "vite";

/** Where both builds go; the server's document root. */
const OUTPUT = "dist/page";
/** Firefox and Chrome of 2022, Safari 16.4: each of them has WebRTC and service workers as they are used here. */
const TARGET = ["es2022", "safari16.4"];

/**
 * Addresses in index.html are relative to the page's folder, so that it may be served under a path. The page is opened at `/s/ID` below that folder, so the
 * way there is `../`; a server that gives it out at another depth changes that (see README.md).
 */
const fromShare: Plugin = {
  name: "rangecast-from-share",
  transformIndexHtml: { order: "post", handler: (html) => html.replaceAll(/ (href|src)="\.\//gu, ' $1="../') },
};

/** The page. */
const page: UserConfig = {
  base: "./",
  plugins: [fromShare],
  // Workspace packages by their sources: a fresh clone builds without any dist, and none is ever stale.
  resolve: { conditions: ["source", ...defaultClientConditions] },
  build: {
    outDir: OUTPUT,
    target: TARGET,
    // Nothing inline: the page's policy allows no data: addresses and no inline script.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
};

/** The service worker: one classic script without a hash in its name, since browsers look for a new version at the old address. */
const worker: UserConfig = {
  publicDir: false,
  build: {
    outDir: OUTPUT,
    emptyOutDir: false,
    target: TARGET,
    lib: { entry: "src/worker/main.ts", formats: ["iife"], name: "rangecastWorker", fileName: () => "sw.js" },
  },
};

/** Two builds, as they share no code at run time: `vite build`, then `vite build --mode worker`. */
export default defineConfig(({ mode }) => (mode === "worker" ? worker : page));
