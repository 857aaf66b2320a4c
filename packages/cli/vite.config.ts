import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defaultServerConditions, defineConfig } from "vite";

/** The oldest Node that the workspace's `engines` allows. */
const TARGET = "node20.19";

const manifest = JSON.parse(readFileSync(fileURLToPath(new URL("package.json", import.meta.url)), "utf8")) as {
  dependencies: Record<string, string>;
  optionalDependencies: Record<string, string>;
};

/**
 * Bundles the program: Node starts a few files in half the CPU time that it needs for several hundred. Each command is in a file of its own, loaded when
 * the command runs. What package.json lists under `dependencies` and `optionalDependencies` stays outside: the page, which is served from its folder, and
 * the native library.
 */
export default defineConfig({
  ssr: {
    noExternal: true,
    external: Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies }),
    // Workspace packages are read from their sources, so no dist can be stale.
    resolve: { conditions: ["source", ...defaultServerConditions] },
  },
  build: {
    ssr: true,
    outDir: "dist/bundle",
    target: TARGET,
    sourcemap: true,
    // The licences of the bundled packages require that their text goes with the code.
    license: { fileName: "licenses.md" },
    rolldownOptions: {
      // `npm start` also needs the definition of the options, without the rest.
      input: ["src/main.ts", "src/program.ts"],
      output: { chunkFileNames: "[name].js" },
    },
  },
});
