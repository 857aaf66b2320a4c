/* Peers for whole connections: all have the commands of a WebrtcProgram, wherever it runs. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { createPeerConnection } from "@rangecast/rtc-node";
import type { PeerConnection } from "@rangecast/rtc";
import type { JsonProcess } from "@rangecast/testkit/processes/json-process";
import { startChromium } from "@rangecast/testkit/browsers/chromium";
import type { InPage } from "./browser-ice.ts";
import { startFirefox, whyNoFirefox } from "./firefox.ts";
import { goIsInstalled, startPionWebrtc } from "./pion.ts";
import { BUILD_TIMEOUT_MS, buildRust, startStr0m, whyNoRust } from "./rust.ts";
import { createWebrtcProgram, type WebrtcProgram } from "./webrtc-program.ts";

export interface WebrtcPeer extends WebrtcProgram {
  /** Ends its process, which then tells the other side nothing. */
  readonly kill?: () => Promise<void>;
}

/** Creates peers of one kind. */
export interface PeerFactory {
  create(): Promise<WebrtcPeer>;
  /** Ends what all its peers have in common. */
  end(): Promise<void>;
}

const COMMANDS = ["offer", "answer", "accept", "open", "text", "send", "tally", "status", "closeChannel", "close"] as const;

/** Turns calls into commands. */
function remoteProgram(ask: (command: string, args: readonly unknown[]) => Promise<unknown>): WebrtcProgram {
  const calls = COMMANDS.map((command) => [command, (...args: unknown[]) => ask(command, args)] as const);
  return Object.fromEntries(calls) as unknown as WebrtcProgram;
}

/** A connection in this process. */
export function nodePeer(transport: "own" | "native"): WebrtcPeer {
  return createWebrtcProgram(() => createPeerConnection({ transport, bindAddress: "127.0.0.1" }), transport === "own");
}

export function nodePeers(transport: "own" | "native"): PeerFactory {
  return { create: async () => nodePeer(transport), end: async () => {} };
}

/** A process of its own for each connection. @param start one that takes commands on stdin */
function processPeers(name: string, start: () => Promise<JsonProcess>): PeerFactory {
  const processes: JsonProcess[] = [];
  return {
    create: async () => {
      const running = await start();
      processes.push(running);
      let last = 0;
      const program = remoteProgram(async (command, args) => {
        const id = ++last;
        running.child.stdin.write(`${JSON.stringify({ id, command, args: args.map(String) })}\n`);
        const reply = await running.waitFor((event) => event["id"] === id);
        if (reply.event === "failed") throw new Error(`${name}, ${command}: ${String(reply["detail"])}`);
        return reply["result"];
      });
      return {
        ...program,
        kill: async () => {
          running.child.kill("SIGKILL");
          await running.exited.catch(() => {});
        },
      };
    },
    end: async () => void (await Promise.all(processes.map((running) => running.stop()))),
  };
}

interface ProgramPage {
  program?: WebrtcProgram;
  createWebrtcProgram?: typeof createWebrtcProgram;
}

/** All in one page. */
function pagePeers(inPage: InPage, end: () => Promise<void>, traits: Pick<WebrtcPeer, "kill"> = {}): PeerFactory {
  const ask = (command: string, args: readonly unknown[]): Promise<unknown> =>
    inPage(
      async ([name, values]) => {
        const { program } = globalThis as ProgramPage;
        const call = program?.[name as keyof WebrtcProgram] as ((...all: unknown[]) => Promise<unknown>) | undefined;
        return (await call?.(...values)) ?? null;
      },
      [command, args] as const,
    );
  return {
    create: async () => {
      await inPage(() => {
        const page = globalThis as ProgramPage;
        void page.program?.close();
        const program = page.createWebrtcProgram?.(() => new RTCPeerConnection() as PeerConnection);
        if (program !== undefined) page.program = program;
      }, undefined);
      return { ...remoteProgram(ask), ...traits };
    },
    end,
  };
}

/** Serves a page with the program: on loopback it is a secure context, which SHA-256 needs. */
async function servePage(): Promise<{ readonly url: string; close(): void }> {
  const html = `<!doctype html><title>peer</title><script>globalThis.createWebrtcProgram = ${createWebrtcProgram.toString()}</script>`;
  const server = createServer((_request, response) => response.setHeader("content-type", "text/html; charset=utf-8").end(html));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** A page of either driver's. */
interface DrivenPage {
  goto(url: string): Promise<unknown>;
  evaluate: unknown;
}

/** One page of a browser for all its peers, which exist one after another. */
async function browserPeers(
  page: DrivenPage,
  closeBrowser: () => Promise<unknown>,
  traits: Pick<WebrtcPeer, "kill"> = {},
): Promise<PeerFactory> {
  const site = await servePage();
  await page.goto(site.url);
  const inPage: InPage = (run, argument) => (page as { evaluate: InPage }).evaluate(run, argument);
  const end = async (): Promise<void> => {
    site.close();
    await closeBrowser();
  };
  return pagePeers(inPage, end, traits);
}

export async function chromiumPeers(): Promise<PeerFactory> {
  const browser = await startChromium();
  const kill = async (): Promise<void> => (await browser.pids()).forEach((pid) => process.kill(pid, "SIGKILL"));
  return browserPeers(await browser.context.newPage(), () => browser.close(), { kill });
}

export async function firefoxPeers(): Promise<PeerFactory> {
  const browser = await startFirefox({ iceReachesLoopback: true });
  return browserPeers(await browser.newPage(), () => browser.close());
}

export interface PeerKind {
  readonly name: string;
  /** Why it can't be tested here. */
  readonly missing?: string | undefined;
  /** Whether its program sends texts: those in Node have only bytes. */
  readonly sendsText: boolean;
  /** Whether it can send an empty message. */
  readonly sendsEmpty: boolean;
  readonly start: () => Promise<PeerFactory>;
}

/** Longest that starting a kind of peer may take, milliseconds: it may be compiled first. */
export const PEER_START_LIMIT_MS: number = BUILD_TIMEOUT_MS + 60_000;

async function str0mPeers(): Promise<PeerFactory> {
  await buildRust();
  return processPeers("str0m", startStr0m);
}

const noGo = goIsInstalled ? undefined : "go is not installed";

export const PEER_KINDS: readonly PeerKind[] = [
  { name: "Chromium", sendsText: true, sendsEmpty: true, start: chromiumPeers },
  { name: "Firefox", missing: whyNoFirefox(), sendsText: true, sendsEmpty: true, start: firefoxPeers },
  { name: "pion", missing: noGo, sendsText: true, sendsEmpty: true, start: async () => processPeers("pion", startPionWebrtc) },
  // str0m 0.24 sends nothing for an empty message, and counts it: no later message of the channel can be delivered.
  { name: "str0m", missing: whyNoRust(), sendsText: true, sendsEmpty: false, start: str0mPeers },
  { name: "node-datachannel", sendsText: false, sendsEmpty: true, start: async () => nodePeers("native") },
  { name: "ourselves", sendsText: false, sendsEmpty: true, start: async () => nodePeers("own") },
];
