import { defineConfig } from "vitest/config";

/** Longest that one end-to-end test may hang, milliseconds. */
const E2E_TIMEOUT_MS = 120_000;
/** Longest that one unit test may hang, milliseconds: on two busy cores a property of some thousand runs takes seconds. */
const UNIT_TIMEOUT_MS = 20_000;
/** Unit and integration tests run at the same time, in as many processes together: the latter mostly wait. */
const UNIT_WORKERS = 3;

const sources = {
  resolve: { conditions: ["source"] },
  ssr: { resolve: { conditions: ["source", "node", "import", "default"] } },
};
const notSources = ["**/dist/**", "**/node_modules/**"];

/** Suites with real WebRTC, which a native library runs: processes of their own, so that a crash is one file's. */
const integration = ["packages/*/src/**/{integration,loopback}.test.ts", "packages/rtc-node/src/**/*.test.ts"];

const e2eCommon = {
  testTimeout: E2E_TIMEOUT_MS,
  hookTimeout: E2E_TIMEOUT_MS,
  globalSetup: ["e2e/src/lib/global-setup.ts"],
  // Node loads the built packages itself, as it does for users; vitest would transform them first.
  server: { deps: { external: [/\/packages\/[^/]+\/dist\//] } },
};
/** Builds the page with a host in memory. */
const withFixture = { globalSetup: [...e2eCommon.globalSetup, "packages/web/test/fixture-setup.ts"] };

/*
 * Worker counts are for two cores, whatever the machine has, so that a run is the same everywhere. Most tests wait more than they compute: three
 * files at once keep two cores busy. Unit files share three processes and the modules that they load, which halves their CPU time. So a file must end
 * what it starts: a timer that it leaves behind may fire while another file has fake timers, and count there.
 */
export default defineConfig({
  test: {
    projects: [
      {
        ...sources,
        test: {
          name: "unit",
          include: ["packages/*/src/**/*.test.ts", "bench/**/*.test.ts", "e2e/src/{faults,lib,soak}/**/*.test.ts", "scripts/**/*.test.mjs"],
          exclude: [...notSources, ...integration],
          maxWorkers: UNIT_WORKERS,
          isolate: false,
          testTimeout: UNIT_TIMEOUT_MS,
        },
      },
      {
        ...sources,
        test: { name: "integration", include: integration, exclude: notSources, maxWorkers: UNIT_WORKERS, testTimeout: UNIT_TIMEOUT_MS },
      },
      // End-to-end tests run what users run: the built packages, in real processes and real browsers.
      {
        test: {
          name: "e2e",
          include: ["e2e/src/*.test.ts"],
          maxWorkers: 3,
          ...e2eCommon,
          ...withFixture,
        },
      },
      // What measures memory, or how something goes on beside something else, has the machine to itself.
      { test: { name: "e2e-alone", include: ["e2e/src/alone/*.test.ts"], fileParallelism: false, ...e2eCommon } },
      // npm run test:long
      { test: { name: "long", include: ["e2e/src/long/*.test.ts"], fileParallelism: false, ...e2eCommon, ...withFixture } },
    ],
  },
});
