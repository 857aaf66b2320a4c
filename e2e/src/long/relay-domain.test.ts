/* A relay that gets its certificate by itself, from a real CA (Pebble) on loopback. */
import { readdir, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { once } from "node:events";
import { Agent } from "node:https";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Event, JsonProcess } from "@rangecast/testkit/processes/json-process";
import { type AcmeFront, startAcmeFront } from "../lib/acme-front.ts";
import { freePorts, getHttp, getHttps, type Ports, startDomainRelay } from "../lib/domain-relay.ts";
import { freePort } from "../lib/free-port.ts";
import { goIsInstalled } from "../lib/go.ts";
import { buildPebble, type Pebble, type PebbleOptions, startPebble } from "../lib/pebble.ts";
import { makeHome, removeHome } from "../lib/rangecast.ts";

const DOMAIN = "relay.example.org";
const OTHER = "films.example.net";
/** Lifetime of certificates in tests of renewal, seconds: an order takes about two. */
const SHORT_SECONDS = 12;

/** What Pebble prints at a check by HTTP-01. It prints nothing of one by TLS-ALPN-01. */
const HTTP_CHECK = /Attempting to validate w\/ HTTP/u;

/** Longest that the first build may take, milliseconds. */
const BUILD_LIMIT_MS = 600_000;

const named = (name: string) => (event: Event) => event.event === name;
const fromCa = (event: Event): boolean => event.event === "certificate" && event["from"] === "ca";

describe.skipIf(!goIsInstalled)(`rangecast relay --domain${goIsInstalled ? "" : " (go is not installed)"}`, () => {
  const closing: (() => Promise<unknown>)[] = [];
  let home = "";
  let ports: Ports;
  beforeAll(async () => void (await buildPebble()), BUILD_LIMIT_MS);
  beforeEach(async () => {
    home = await makeHome();
    ports = await freePorts();
  });
  afterEach(async () => {
    for (const close of closing.splice(0).toReversed()) await close();
    await removeHome(home);
  });

  async function pebble(options: Partial<PebbleOptions> = {}): Promise<Pebble> {
    const ca = await startPebble({ httpPort: ports.http, tlsPort: ports.https, ...options });
    closing.push(() => ca.stop());
    return ca;
  }

  function relay(
    ca: Pick<Pebble, "directoryUrl" | "caFile">,
    args: readonly string[] = [],
    domains: readonly string[] = [DOMAIN],
  ): JsonProcess {
    const { directoryUrl, caFile } = ca;
    const running = startDomainRelay({ domains, ports, home, directoryUrl, caFile, args });
    closing.push(() => running.stop());
    return running;
  }

  async function files(): Promise<string[]> {
    const entries = await readdir(join(home, "data"), { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  }

  test("gets a certificate by HTTP-01 for each of its names, serves https, and redirects http", async () => {
    const ca = await pebble();
    const running = relay(ca, ["--email", "admin@example.org"], [DOMAIN, OTHER]);
    const ready = await running.waitFor(named("ready"));
    expect(running.events.map(({ event }) => event)).toEqual(["certificate-ordering", "terms", "certificate", "ready"]);
    const origin = `https://${DOMAIN}:${ports.https}`;
    expect(ready).toMatchObject({ url: origin, stun: `stun:${DOMAIN}:${ports.stun}`, ports: { https: ports.https, http: ports.http } });
    expect(ca.output()).toMatch(HTTP_CHECK);
    for (const domain of [DOMAIN, OTHER]) {
      const health = await getHttps(domain, ports.https, "/healthz", ca);
      expect([health.status, health.headers["strict-transport-security"]]).toEqual([200, "max-age=15552000"]);
    }
    const page = await getHttps(DOMAIN, ports.https, "/", ca);
    expect([page.status, page.headers["strict-transport-security"]]).toEqual([200, "max-age=15552000"]);
    const redirect = await getHttp(ports.http, "/s/abc?d=e", "evil.example");
    expect([redirect.status, redirect.headers.location]).toEqual([308, `${origin}/s/abc?d=e`]);
    expect((await getHttp(ports.http, "/.well-known/acme-challenge/abc", DOMAIN)).status).toBe(404);
    const saved = await files();
    expect(saved).toHaveLength(2);
    for (const file of saved) expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await running.stop()).toBe(130);
    expect(running.events.at(-1)).toMatchObject({ event: "stopped", reason: "interrupted" });
  });

  test("uses the saved certificate after a restart, even if the CA can't be reached", async () => {
    const ca = await pebble();
    const first = relay(ca);
    await first.waitFor(named("ready"));
    const { serial } = await getHttps(DOMAIN, ports.https, "/healthz", ca);
    await first.stop();
    await ca.stop();
    // Its file of trust is gone with it.
    const second = startDomainRelay({ domains: [DOMAIN], ports, home, directoryUrl: ca.directoryUrl, caFile: await ownCa(ca) });
    closing.push(() => second.stop());
    await second.waitFor(named("ready"));
    expect(second.events.map(({ event }) => event)).toEqual(["certificate", "ready"]);
    expect(second.events[0]).toMatchObject({ from: "disk" });
    expect((await getHttps(DOMAIN, ports.https, "/healthz", ca)).serial).toBe(serial);
  });

  test("says that the saved certificate has expired, and why there is no other", async () => {
    const ca = await pebble({ validitySeconds: 3 });
    const first = relay(ca);
    const { expires } = await first.waitFor(fromCa);
    await first.stop();
    const caFile = await ownCa(ca);
    await ca.stop();
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, Date.parse(String(expires)) - Date.now()) + 1000));
    const second = startDomainRelay({ domains: [DOMAIN], ports, home, directoryUrl: ca.directoryUrl, caFile });
    closing.push(() => second.stop());
    expect(await second.waitFor(named("certificate-failed"))).toMatchObject({ reason: "ca-unreachable", expired: true, expires });
    expect(second.events.map(({ event }) => event)).toEqual(["certificate", "certificate-ordering", "certificate-failed"]);
  });

  test("gets a certificate by TLS-ALPN-01 if the port of http is taken", async () => {
    const other = createServer().listen(ports.http, "127.0.0.1");
    await once(other, "listening");
    closing.push(async () => other.close());
    const ca = await pebble();
    const running = relay(ca);
    expect(await running.waitFor(named("ready"))).toMatchObject({ ports: { https: ports.https } });
    expect(running.events[0]).toMatchObject({ event: "notice", message: expect.stringContaining(`Port ${ports.http} is in use`) });
    expect(ca.output()).not.toMatch(HTTP_CHECK);
    expect((await getHttps(DOMAIN, ports.https, "/healthz", ca)).status).toBe(200);
  });

  test("gets a certificate by TLS-ALPN-01 if the CA can't reach the port of http", async () => {
    const ca = await pebble({ httpPort: await freePort() });
    await relay(ca).waitFor(fromCa);
    expect(ca.output()).toMatch(HTTP_CHECK);
  });

  test("renews the certificate, and keeps connections", async () => {
    const ca = await pebble({ validitySeconds: SHORT_SECONDS });
    const running = relay(ca);
    await running.waitFor(named("ready"));
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    closing.push(async () => agent.destroy());
    const before = await getHttps(DOMAIN, ports.https, "/healthz", ca, agent);
    const renewed = (): Event[] => running.events.filter(fromCa);
    await running.waitFor(() => renewed().length >= 2);
    expect(running.events).toContainEqual(expect.objectContaining({ event: "certificate-ordering", renewal: true }));
    // The same connection, with the certificate that it began with.
    expect(await getHttps(DOMAIN, ports.https, "/healthz", ca, agent)).toMatchObject({ status: 200, serial: before.serial });
    const after = await getHttps(DOMAIN, ports.https, "/healthz", ca);
    expect([after.status, after.serial === before.serial]).toEqual([200, false]);
    expect(running.events.filter(named("ready"))).toHaveLength(1);
  });

  test("says what to do if the name does not resolve, and when it tries again", async () => {
    const ca = await pebble();
    await ca.forget(DOMAIN);
    const running = relay(ca);
    const failed = await running.waitFor(named("certificate-failed"));
    expect(failed).toMatchObject({ reason: "name-unresolved", todo: expect.stringContaining("DNS record") });
    expect(Date.parse(String(failed["nextTry"]))).toBeGreaterThan(Date.now() + 60_000);
    expect(running.events.some(named("ready"))).toBe(false);
    expect(await running.stop()).toBe(130);
  });

  test("says that neither port can be reached", async () => {
    const ca = await pebble({ httpPort: await freePort(), tlsPort: await freePort() });
    const failed = await relay(ca).waitFor(named("certificate-failed"));
    expect(failed).toMatchObject({ reason: "name-unreachable", todo: expect.stringContaining("TCP ports 80 and 443") });
  });

  test("waits as long as a CA with a rate limit asks, after a restart, too", async () => {
    const ca = await pebble();
    const front: AcmeFront = await startAcmeFront(ca);
    closing.push(() => front.close());
    front.limit(3600);
    const limited = { directoryUrl: front.directoryUrl, caFile: ca.caFile };
    const first = relay(limited);
    const failed = await first.waitFor(named("certificate-failed"));
    expect(failed).toMatchObject({ reason: "rate-limited", message: expect.stringContaining("too many certificates already issued") });
    const nextTry = Date.parse(String(failed["nextTry"]));
    expect(nextTry).toBeGreaterThan(Date.now() + 3_500_000);
    await first.stop();
    const second = relay(limited);
    expect(await second.waitFor(named("certificate-failed"))).toMatchObject({ reason: "rate-limited", nextTry: failed["nextTry"] });
    expect(front.orders).toBe(1);
  });

  /** The file of trust, in a folder that outlives the CA. */
  async function ownCa({ tls }: Pebble): Promise<string> {
    const file = join(home, "ca.pem");
    await writeFile(file, tls.cert);
    return file;
  }
});
