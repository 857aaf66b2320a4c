import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { startJsonProcess } from "@rangecast/testkit/processes/json-process";

/** The built program: it loads modules into the host and the relay, which run built code. */
const SOAK = fileURLToPath(new URL("../../dist/soak/main.js", import.meta.url));
const SOAK_MINUTES = 5;
/** Time for the soak, its first viewers, and the time-outs of vanished viewers; milliseconds. */
const SOAK_LIMIT_MS = (SOAK_MINUTES + 6) * 60_000;

test("viewers come and go, and host and relay hold no more than before", { timeout: SOAK_LIMIT_MS }, async () => {
  const soak = startJsonProcess(process.execPath, [SOAK, "--minutes", String(SOAK_MINUTES), "--json"]);
  const code = await soak.exited;
  console.log(JSON.stringify(soak.events));
  expect(code, soak.stderr()).toBe(0);
});
