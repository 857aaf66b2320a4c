import { defineConfig } from "vitest/config";

/** Longest that one end-to-end test may hang, milliseconds. */
const E2E_TIMEOUT_MS = 120_000;

export default defineConfig({
  test: {
    projects: [
      {
        resolve: { conditions: ["source"] },
        ssr: { resolve: { conditions: ["source", "node", "import", "default"] } },
        test: {
          name: "unit",
          include: ["packages/*/src/**/*.test.ts", "bench/**/*.test.ts", "e2e/src/*/**/*.test.ts"],
          exclude: ["**/dist/**", "**/node_modules/**"],
        },
      },
      {
        // End-to-end tests run what users run: the built packages, in real processes and real Chromium, one at a time.
        test: {
          name: "e2e",
          include: ["e2e/src/*.test.ts"],
          fileParallelism: false,
          testTimeout: E2E_TIMEOUT_MS,
          hookTimeout: E2E_TIMEOUT_MS,
        },
      },
    ],
  },
});
