/** `rangecast doctor` as a process, with working and with broken relays, links and proxies. */
import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { createSecret, formatLink, parseLink } from "@rangecast/signal";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { createHome, type Ended, type Home, jsonLines, runCli, startCli } from "./cli-process.ts";
import { startBufferingProxy } from "./lib/buffering-proxy.ts";
import { type Relay, type Share, startRelay, startShare } from "./lib/share.ts";
import { untilOffline } from "./lib/until-offline.ts";

const FILM_BYTES = 300_000;
const CHECKS_FAILED = 21;
/** Nothing listens there: port 9 is the discard service, which no machine runs any more. */
const SILENT_STUN = "stun:127.0.0.1:9";

let home: Home;
let film: string;
let relay: Relay;

beforeAll(async () => {
  home = await createHome();
  film = join(home.folder, "film.mp4");
  await writeFile(film, randomBytes(FILM_BYTES));
  relay = await startRelay();
});
afterAll(async () => {
  await relay.stop();
  await home.remove();
});

interface Said {
  readonly ended: Ended;
  /** The check of this name. */
  readonly of: (name: string) => Record<string, unknown>;
  readonly names: readonly unknown[];
}

async function doctor(...args: string[]): Promise<Said> {
  const ended = await runCli(home, ["doctor", "--json", ...args]);
  const events = jsonLines(ended.stdout);
  const checks = events.filter(({ event }) => event === "check");
  expect(events.at(-1)).toMatchObject({ event: "done", failed: checks.filter(({ status }) => status === "fail").length });
  // Each problem comes with advice.
  for (const { status, advice } of checks) if (status === "fail" || status === "warn") expect(advice).toMatch(/\w/);
  const of = (name: string): Record<string, unknown> => checks.find((check) => check["name"] === name) ?? {};
  return { ended, of, names: checks.map(({ name }) => name) };
}

async function shareFilm(...options: string[]): Promise<Share> {
  const share = await startShare(film, ["--relay", relay.url, "--ephemeral", ...options]);
  onTestFinished(async () => void (await share.stop()));
  return share;
}

async function closed(close: () => Promise<unknown>): Promise<void> {
  onTestFinished(async () => void (await close()));
}

describe("rangecast doctor, with a relay", () => {
  it("that works: reports each check, and exits with 0", async () => {
    const { ended, of, names } = await doctor("--relay", relay.url);
    expect(names).toEqual([
      "settings",
      "relay",
      "https",
      "clock",
      "post",
      "events",
      "registration",
      "addresses",
      "stun",
      "turn",
      "udp",
      "loopback",
    ]);
    for (const name of ["settings", "relay", "https", "clock", "post", "events", "registration", "addresses", "loopback"])
      expect(of(name)).toMatchObject({ status: "pass" });
    expect(of("loopback")["found"]).toMatch(/MB\/s/);
    expect(ended).toMatchObject({ code: 0, stderr: "" });
  });

  it("that isn't set: explains it, and checks its own relay", async () => {
    const { ended, of } = await doctor();
    expect(of("settings")).toMatchObject({ status: "warn", advice: expect.stringContaining("--relay") });
    expect(of("registration")).toMatchObject({ status: "pass" });
    expect(ended.code).toBe(0);
  });

  it("that is stopped: says so, and still runs the other checks", async () => {
    const gone = await startRelay();
    await gone.stop();
    const { ended, of } = await doctor("--relay", gone.url);
    expect(of("relay")).toMatchObject({
      status: "fail",
      found: expect.stringContaining("nothing listens"),
      advice: expect.stringContaining("Start"),
    });
    expect(of("events")).toMatchObject({ status: "skip" });
    expect(of("loopback")).toMatchObject({ status: "pass" });
    expect(ended.code).toBe(CHECKS_FAILED);
  });

  it("that isn't a rangecast relay: says so", async () => {
    const server = createServer((_request, response) => response.end("<!doctype html>hello")).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    await closed(() => new Promise((resolve) => server.close(resolve)));
    const { ended, of } = await doctor("--relay", `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    expect(of("relay")).toMatchObject({ status: "fail", found: expect.stringMatching(/HTTP 200.*not a rangecast relay/) });
    expect(ended.code).toBe(CHECKS_FAILED);
  });

  it("behind a proxy that holds back event streams: says that it is polled, and names the proxy's setting", async () => {
    const proxy = await startBufferingProxy(relay.url);
    await closed(() => proxy.close());
    const { ended, of } = await doctor("--relay", proxy.url);
    expect(of("relay")).toMatchObject({ status: "pass" });
    expect(of("events")).toMatchObject({
      status: "warn",
      found: expect.stringMatching(/holds event streams back.*polls the relay instead/),
      advice: expect.stringMatching(/nginx: proxy_buffering off.*Caddy.*Cloudflare/),
    });
    expect(ended.code).toBe(0);
  });

  it("whose STUN servers don't answer: says that UDP may be blocked", async () => {
    const { ended, of } = await doctor("--relay", relay.url, "--stun", SILENT_STUN);
    expect(of("stun")).toMatchObject({ status: "fail", found: expect.stringContaining("does not answer") });
    expect(of("udp")).toMatchObject({ status: "fail", found: expect.stringContaining("UDP is blocked") });
    expect(ended.code).toBe(CHECKS_FAILED);
  });
});

describe("rangecast doctor, with a link", () => {
  it("that works: reports the path, the time to connect and the rate of bytes", async () => {
    const share = await shareFilm();
    const { ended, of } = await doctor(share.link);
    expect(of("share")).toMatchObject({ status: "pass", found: expect.stringContaining("online") });
    expect(of("connection")).toMatchObject({
      status: "pass",
      found: expect.stringMatching(/own host answered.*direct path \(udp, (?:host|prflx) here/),
    });
    expect(of("transfer")).toMatchObject({
      status: "pass",
      found: expect.stringMatching(/after \d+ ms; 300 kB, which is all of it, at .*B\/s/),
    });
    expect(ended.code).toBe(0);
    await share.process.waitFor(({ event }) => event === "viewer-left");
  });

  it("with a wrong secret: says that no share has this link", async () => {
    const share = await shareFilm();
    const wrong = formatLink({ ...parseLink(share.link), secret: createSecret() });
    const { ended, of } = await doctor(wrong);
    expect(of("share")).toMatchObject({ status: "fail", found: expect.stringContaining("no share under this link") });
    expect(of("connection")).toMatchObject({ status: "skip" });
    expect(ended.code).toBe(CHECKS_FAILED);
  });

  it("that was cut off: says so, without printing it", async () => {
    const { ended, of } = await doctor("https://relay.example/s/AAAAAAAAAAAAAAAAAAAAAA#v1.cutoff");
    expect(of("link")).toMatchObject({ status: "fail", found: expect.stringContaining("cut off") });
    expect(ended.stdout).not.toContain("v1.cutoff");
    expect(ended.code).toBe(CHECKS_FAILED);
  });

  it("whose host is gone: says that the host is offline", async () => {
    const share = await shareFilm();
    // Killed, not stopped: the relay isn't notified, and waits ten seconds before it counts the host as offline.
    share.process.child.kill("SIGKILL");
    await share.process.exited;
    await untilOffline(share.link);
    const { of } = await doctor(share.link);
    expect(of("share")).toMatchObject({
      status: "fail",
      found: expect.stringContaining("offline"),
      advice: expect.stringContaining("start rangecast share again"),
    });
  });
});

it("without --json it prints a line with a mark for each check, and a count", async () => {
  const { stdout, code } = await runCli(home, ["doctor", "--relay", relay.url]);
  expect(stdout).toMatch(/^✓ settings: .*\n✓ relay: .* is a rangecast relay, \d+ ms away\n/);
  expect(stdout).toMatch(/\n- stun: .*\n/);
  expect(stdout).toMatch(/\n\nEverything that was checked works\.\n$/);
  expect(code).toBe(0);
});

it("Ctrl-C ends it at once, in the middle of a check, without further output", async () => {
  const running = startCli(home, ["doctor", "--relay", relay.url, "--stun", SILENT_STUN]);
  await running.until(/addresses: /);
  running.child.kill("SIGINT");
  const { code, stdout, stderr } = await running.ended;
  expect([code, stderr]).toEqual([130, ""]);
  expect(stdout).not.toMatch(/loopback|works/);
});

it("a link together with a relay is refused", async () => {
  const { code, stderr } = await runCli(home, ["doctor", "https://relay.example/s/a", "--relay", relay.url]);
  expect([code, stderr]).toEqual([2, expect.stringContaining("A link names its relay")]);
});
