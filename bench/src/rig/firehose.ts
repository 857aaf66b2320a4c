/* One stack alone: a program that sends on a bare data channel as fast as it can, through a link, into the bench page. */
import { fileURLToPath } from "node:url";

import { type JsonProcess, startJsonProcessAndWait } from "@rangecast/testkit/processes/json-process";
import type { Page } from "playwright-core";

import { hostAddress, type Link, withoutCandidates } from "../../netlab/index.ts";

/** A WebRTC stack that sends. `own`: the project's. */
export type SendingStack = "own" | "node-datachannel" | "pion";

/** What a stack's transport tells about itself, ten times a second. */
export interface TransportSample {
  /** Milliseconds since the program started. */
  readonly ms: number;
  /** CPU time of the program so far, ms. */
  readonly cpuMs: number;
  readonly deliveredBytes: number;
  readonly inflightBytes: number;
  readonly lostBytes: number;
  readonly roundTripMs: number;
}

/** What arrived of one flow. */
export interface FlowResult {
  readonly bytesBySecond: readonly number[];
  /** Empty for stacks that tell nothing. */
  readonly samples: readonly TransportSample[];
  /** Ports of the sockets of both ends. */
  readonly ports: readonly number[];
}

export interface FlowSetup {
  readonly stack: SendingStack;
  /** The bench page of the receiver, with nothing open. */
  readonly page: Page;
  readonly link: Link;
  readonly seconds: number;
  /** Where pion's program is; needed for `pion`. */
  readonly pionBinary?: string | undefined;
  /** Payload of each message, bytes. @default 16 KiB, as daemons of the base protocol send */
  readonly messageBytes?: number;
}

const PROGRAM = fileURLToPath(new URL("../programs/bare-sender.js", import.meta.url));

/** Sends for some seconds, from the first message on. The program has ended when this returns. */
export async function runFlow({ stack, page, link, seconds, pionBinary, messageBytes = 16_384 }: FlowSetup): Promise<FlowResult> {
  const program = await start(stack, messageBytes, pionBinary);
  try {
    const offer = await page.evaluate(() => window.bench.receiverOffer());
    program.child.stdin.write(`${JSON.stringify({ type: "offer", sdp: withoutCandidates(offer) })}\n`);
    const { sdp } = await program.waitFor(({ event }) => event === "answer");
    const answer = await link.rewriteSdp(String(sdp));
    const bytesBySecond = await page.evaluate(([text, count]) => window.bench.receiverCount(text, count), [answer, seconds] as const);
    const samples = program.events.filter(({ event }) => event === "sample").map((event) => event as unknown as TransportSample);
    return { bytesBySecond, samples, ports: [...portsIn(offer), ...portsIn(String(sdp))] };
  } finally {
    await program.stop();
  }
}

async function start(stack: SendingStack, messageBytes: number, pionBinary: string | undefined): Promise<JsonProcess> {
  const [command, args] = commandOf(stack, messageBytes, pionBinary);
  const { running } = await startJsonProcessAndWait(command, args, { keepStdinOpen: true, showStderr: true });
  return running;
}

function commandOf(stack: SendingStack, messageBytes: number, pionBinary: string | undefined): [command: string, args: string[]] {
  if (stack !== "pion") return [process.execPath, [PROGRAM, stack === "own" ? "own" : "native", String(messageBytes)]];
  if (pionBinary === undefined) throw new Error("the pion peer was not built");
  return [pionBinary, ["firehose", "--no-mdns", "--message", String(messageBytes)]];
}

function portsIn(sdp: string): number[] {
  return sdp
    .split(/\r?\n/u)
    .map((line) => hostAddress(line)?.port)
    .filter((port) => port !== undefined);
}
