/* A relay with a domain name whose CA can't be reached, and the relay's STUN server. With a real CA: long/relay-domain.test.ts. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { freePorts, getHttp, getHttps, startDomainRelay } from "./lib/domain-relay.ts";
import { recordedAgent } from "./lib/ice-agents.ts";
import { makeHome, removeHome, startRangecast } from "./lib/rangecast.ts";

const DOMAIN = "relay.example.org";
/** coturn's client of STUN; part of the package with the server. */
const CLIENT = "turnutils_stunclient";

let home = "";
beforeEach(async () => void (home = await makeHome()));
afterEach(() => removeHome(home));

test("says why there is no certificate and when it tries again, and redirects http meanwhile", async () => {
  const ports = await freePorts();
  const caFile = join(home, "ca.pem");
  await writeFile(caFile, "-----BEGIN CERTIFICATE-----\n");
  // Nothing listens there.
  const directoryUrl = `https://127.0.0.1:${ports.stun}/dir`;
  const relay = startDomainRelay({ domains: [DOMAIN], ports, home, directoryUrl, caFile });
  try {
    const failed = await relay.waitFor(({ event }) => event === "certificate-failed");
    expect(failed).toMatchObject({ reason: "ca-unreachable", todo: expect.stringContaining("network"), nextTry: expect.any(String) });
    const redirect = await getHttp(ports.http, "/s/abc", "evil.example");
    expect([redirect.status, redirect.headers.location]).toEqual([308, `https://${DOMAIN}:${ports.https}/s/abc`]);
    await expect(getHttps(DOMAIN, ports.https, "/healthz", { root: "" })).rejects.toThrow(/expired/u);
    expect(relay.events.map(({ event }) => event)).toEqual(["certificate-ordering", "certificate-failed"]);
  } finally {
    expect(await relay.stop()).toBe(130);
  }
});

test("answers STUN requests of our ICE agent, and of coturn's client if that is installed", async () => {
  const { stun: port } = await freePorts();
  const relay = startRangecast(["relay", "--port", "0", "--stun-port", String(port), "--json"], { home });
  try {
    expect(await relay.waitFor(({ event }) => event === "ready")).toMatchObject({ stun: `stun:127.0.0.1:${port}` });
    const gathering = recordedAgent({ bindAddress: "127.0.0.1", iceServers: [{ urls: `stun:127.0.0.1:${port}` }] });
    gathering.agent.gather();
    await gathering.until("gathering", () => gathering.gathered);
    gathering.agent.close();
    expect(gathering.unusable).toEqual([]);
    const printed = await promisify(execFile)(CLIENT, ["-p", String(port), "127.0.0.1"]).catch((error: NodeJS.ErrnoException) => error);
    if ("code" in printed && printed.code === "ENOENT") return;
    expect(printed).toMatchObject({ stdout: expect.stringMatching(/reflexive addr: 127\.0\.0\.1/iu) });
  } finally {
    await relay.stop();
  }
});
