import { defaultClientConditions, defineConfig, type Plugin, type UserConfig } from "vite";

/** Output of both builds: the server's document root. */
const OUTPUT = "dist/page";
/** Firefox and Chrome of 2022, and Safari 16.4: the oldest with the WebRTC and service worker features that are used here. */
const TARGET = ["es2022", "safari16.4"];

/**
 * URLs in index.html are relative, so that the page may be served under a path. It is opened at `/s/ID` below its folder, so they start with `../`. A server
 * that serves it at another depth changes that (see README.md).
 */
const fromShare: Plugin = {
  name: "rangecast-from-share",
  transformIndexHtml: { order: "post", handler: (html) => html.replaceAll(/ (href|src)="\.\//gu, ' $1="../') },
};

/** Workspace packages are read from their sources: a fresh clone builds without any dist, and no dist can be stale. */
const resolve: NonNullable<UserConfig["resolve"]> = { conditions: ["source", ...defaultClientConditions] };

/** The page. */
const page: UserConfig = {
  base: "./",
  plugins: [fromShare],
  resolve,
  build: {
    outDir: OUTPUT,
    target: TARGET,
    // Nothing inline: the page's policy allows neither data: URLs nor inline scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
};

/** The service worker: one classic script without a hash in its name, because browsers look for a new version at the same URL. */
const worker: UserConfig = {
  publicDir: false,
  resolve,
  build: {
    outDir: OUTPUT,
    emptyOutDir: false,
    target: TARGET,
    lib: { entry: "src/worker/main.ts", formats: ["iife"], name: "rangecastWorker", fileName: () => "sw.js" },
  },
};

/** Two builds, because page and service worker share no scripts: `vite build`, then `vite build --mode worker`. */
export default defineConfig(({ mode }) => (mode === "worker" ? worker : page));
