/** `rangecast share --tunnel`: a share is reached through the address that a stand-in for a tunnel prints. More in long/tunnel.test.ts. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createHome, type Home, jsonLines, runCli, startCli } from "./cli-process.ts";
import { answers, standIn, TUNNEL_CERTIFICATE } from "./lib/tunnel.ts";

const TEXT = "a film ".repeat(10_000);

let home: Home;
beforeAll(async () => {
  home = await createHome();
  await writeFile(join(home.folder, "film.txt"), TEXT);
});
afterAll(() => home.remove());

it("is reached through the tunnel, which ends with the share", async () => {
  const env = { NODE_EXTRA_CA_CERTS: TUNNEL_CERTIFICATE };
  const share = startCli(home, ["share", "film.txt", "--json", "--tunnel", standIn()], { env });
  const [link] = await share.until(/https:\/\/localhost:\d+\/s\/[\w-]+#v1\.[\w-]+/u);
  const got = await runCli(home, ["get", link, "--name", "got.txt", "--quiet"], { env });
  expect([got.code, got.stderr]).toEqual([0, ""]);
  expect(await readFile(join(home.folder, "got.txt"), "utf8")).toBe(TEXT);
  share.child.kill("SIGINT");
  const [ready] = jsonLines((await share.ended).stdout);
  expect(ready).toMatchObject({ event: "ready", page: new URL(link).origin, relay: new URL(link).origin, reach: "this-computer" });
  expect(ready?.["notices"]).toContainEqual(expect.stringMatching(/through the tunnel, so its operator must be trusted/u));
  expect(await answers(link)).toBe(false);
});
