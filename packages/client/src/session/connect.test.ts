import { createRelay, type RelayLimits } from "@rangecast/relay";
import { afterEach, describe, expect, test, vi } from "vitest";
import { ClientError } from "../client-error.ts";
import { connect, type ShareConnectOptions } from "./connect.ts";
import type { RemoteFile } from "./remote-file.ts";
import { FakePeer } from "@rangecast/testkit/fakes/fake-peer";
import { fakeSdp } from "@rangecast/testkit/fakes/fake-sdp";
import { readServed } from "../testing/file-bench.ts";
import { isPattern } from "@rangecast/testkit/files/pattern";
import { ScriptedAgent } from "../testing/scripted-agent.ts";
import { createHostBench, type HostBench, type HostScript } from "../testing/scripted-host.ts";

const VIEWER = "AAAAAAAAAAAAAAAAAAAAAA";

interface Attempt {
  readonly peer: FakePeer;
  readonly agent: ScriptedAgent;
  readonly states: string[];
  readonly file: Promise<RemoteFile>;
}

/** A host at a real relay of its own. */
function hostBench(script: HostScript = {}, limits: Partial<RelayLimits> = {}): Promise<HostBench> {
  return createHostBench(createRelay({ limits }), script);
}

/** Connects; the answer opens the channel. */
function attempt(host: HostBench, options: Partial<ShareConnectOptions> = {}, link: string = host.linkText): Attempt {
  const peer = new FakePeer();
  const agent = new ScriptedAgent(peer.channel, { size: 50_000 });
  peer.onAnswer = () => agent.hello();
  const states: string[] = [];
  const onState: ShareConnectOptions["onState"] = (state) =>
    states.push(state.phase === "closed" ? `closed: ${state.reason}` : state.phase);
  const file = connect(link, { createPeerConnection: () => peer, fetch: host.fetch, onState, ...options });
  file.catch(() => undefined);
  return { peer, agent, states, file };
}

afterEach(() => void vi.useRealTimers());

describe("connect", () => {
  test("opens a share's file: joining, offering, connecting, open, closed", async () => {
    const host = await hostBench();
    const { agent, states, file } = attempt(host, { viewerId: VIEWER });
    const opened = await file;
    expect(states).toEqual(["joining", "offering", "connecting", "open"]);
    expect(isPattern(await readServed(opened.stream(), agent), 0, 50_000)).toBe(true);
    expect(host.viewers).toEqual([VIEWER]);
    await opened.close();
    expect(states.at(-1)).toBe("closed: closed");
    await vi.waitFor(() => expect(host.heard.map(({ type }) => type)).toContain("bye"));
  });

  test("nothing but what is sealed goes through the relay: no SDP, no candidate, no secret", async () => {
    const host = await hostBench();
    const { peer, file } = attempt(host);
    const opened = await file;
    peer.gather({ candidate: "candidate:1 1 udp 1 10.1.2.3 9 typ host", sdpMid: "0" });
    peer.gather(null);
    await vi.waitFor(() => expect(host.heard.map(({ type }) => type)).toEqual(["candidate", "candidate-end"]));
    await opened.close();
    const all = JSON.stringify(host.requests);
    for (const word of ["v=0", "fingerprint", "10.1.2.3", host.linkText.slice(host.linkText.indexOf("#v1.") + 4)])
      expect(all).not.toContain(word);
    const sealed = host.requests.filter(({ body }) => body !== "").map(({ body }) => (JSON.parse(body) as { payload: string }).payload);
    expect(sealed).toHaveLength(4);
    for (const payload of sealed) expect(payload).toMatch(/^v1\.\d+\.[\w-]+$/u);
  });

  test("viewers without an id get one each", async () => {
    const host = await hostBench();
    for (let count = 0; count < 2; count += 1) await (await attempt(host).file).close();
    expect(new Set(host.viewers).size).toBe(2);
    for (const viewer of host.viewers) expect(viewer).toMatch(/^[\w-]{22}$/u);
  });
});

describe("an answer that is not the share's host's is wrong-host", () => {
  test.each([
    ["signed by somebody with the link and the relay, but without the host's key", { impostor: true }],
    ["to another offer", { otherOffer: true }],
    ["with two fingerprints", { answerSdp: fakeSdp("answer", 2) }],
    ["without a fingerprint", { answerSdp: fakeSdp("answer", 0) }],
  ])("%s", async (_, script) => {
    const host = await hostBench(script);
    const { file, peer, states } = attempt(host);
    await expect(file).rejects.toMatchObject({ name: "ClientError", reason: "wrong-host" });
    expect(peer.answers).toEqual([]);
    expect(peer.connectionState).toBe("closed");
    expect(states).toEqual(["joining", "offering", "closed: wrong-host"]);
  });

  test("an offer of our own with two fingerprints is not even posted", async () => {
    const host = await hostBench();
    const attempted = attempt(host);
    attempted.peer.offerSdp = fakeSdp("offer", 2);
    await expect(attempted.file).rejects.toBeInstanceOf(ClientError);
    expect(host.requests.map(({ method }) => method)).toEqual(["GET"]);
  });
});

describe("what can't be opened", () => {
  test.each([
    ["without its part behind #", (text: string) => text.slice(0, text.indexOf("#")), "link-incomplete"],
    ["cut off", (text: string) => text.slice(0, -5), "link-invalid"],
    ["that is not a link", () => "hello", "link-invalid"],
    ["of another version", (text: string) => text.replace("#v1.", "#v2."), "link-invalid"],
  ])("a link %s: no request is made", async (_, change, reason) => {
    const host = await hostBench();
    const { file, states } = attempt(host, {}, change(host.linkText));
    await expect(file).rejects.toMatchObject({ name: "ClientError", reason });
    expect(states).toEqual(["joining", `closed: ${reason}`]);
    expect(host.requests).toEqual([]);
  });

  test("a link with another secret, or to no share, is not-found", async () => {
    const host = await hostBench();
    const other = await hostBench();
    const [, secret = ""] = other.linkText.split("#");
    await expect(attempt(host, {}, host.linkText.replace(/#.*$/u, `#${secret}`)).file).rejects.toMatchObject({ reason: "not-found" });
    await expect(attempt(host, {}, other.linkText).file).rejects.toMatchObject({ reason: "not-found" });
  });

  test("a relay without the share's endpoints is not-found: the client never falls back to plain mode", async () => {
    const host = await hostBench();
    const paths: string[] = [];
    const plainOnly: typeof fetch = (input) => {
      const url = new URL(input instanceof Request ? input.url : input);
      paths.push(url.pathname);
      const answer = url.pathname.startsWith("/api/internal/")
        ? Response.json({ ok: true })
        : Response.json({ error: "not-found" }, { status: 404 });
      return Promise.resolve(answer);
    };
    await expect(attempt(host, { fetch: plainOnly }).file).rejects.toMatchObject({ reason: "not-found" });
    expect(paths.length).toBeGreaterThan(0);
    for (const path of paths) expect(path).toMatch(/^\/api\/v1\//u);
  });

  test("a relay that can't be reached is relay-unreachable, after a bounded time", async () => {
    const host = await hostBench();
    vi.useFakeTimers();
    const { file } = attempt(host, { fetch: () => Promise.reject(new TypeError("fetch failed")) });
    const rejected = expect(file).rejects.toMatchObject({ reason: "relay-unreachable" });
    await vi.waitFor(async () => {
      await vi.advanceTimersByTimeAsync(1000);
      await expect(Promise.race([file, Promise.resolve("pending")])).rejects.toThrow();
    });
    await rejected;
  });

  test("a host that takes the offer and does not answer is a timeout, as soon as the relay drops the session", async () => {
    const host = await hostBench({ silent: true }, { pendingMs: 200 });
    const { file } = attempt(host);
    await expect(file).rejects.toMatchObject({ reason: "timeout" });
  });

  test.each([
    ["limit", "busy"],
    ["stopped", "host-stopped"],
    ["revoked", "host-revoked"],
    ["expired", "link-expired"],
    ["used-up", "used-up"],
    ["dropped", "dropped"],
    ["gone", "file-gone"],
    ["unreadable", "unreadable"],
    ["other", "unreadable"],
    ["a later version", "unreadable"],
  ])("a host that refuses the viewer with a bye of %s is %s, at once", async (refusal, reason) => {
    const host = await hostBench({ refusal });
    await expect(attempt(host).file).rejects.toMatchObject({ reason });
  });

  test("a host that left is host-offline", async () => {
    const host = await hostBench({}, { daemonGraceMs: 1 });
    host.leave();
    await vi.waitFor(() => expect(attempt(host).file).rejects.toMatchObject({ reason: "host-offline" }));
  });

  test("a signal that aborts, before or while connecting, is aborted", async () => {
    const host = await hostBench({ silent: true });
    const before = attempt(host, { signal: AbortSignal.abort("no") });
    await expect(before.file).rejects.toMatchObject({ reason: "aborted", cause: "no" });
    expect(host.requests).toEqual([]);
    const controller = new AbortController();
    const meanwhile = attempt(host, { signal: controller.signal });
    await vi.waitFor(() => expect(host.requests.length).toBeGreaterThan(0));
    controller.abort("enough");
    await expect(meanwhile.file).rejects.toMatchObject({ reason: "aborted", cause: "enough" });
    expect(meanwhile.states.at(-1)).toBe("closed: aborted");
  });
});
