/* The runs of the bench `sctp`: one or two senders, and a TCP flow beside one, through one link. */
import { Cleanup } from "@rangecast/testkit/processes/cleanup";

import { forkLink, type Link, type LinkOptions, type QueueDelays, watchSocketDrops } from "../../../netlab/index.ts";
import { type FlowResult, runFlow, type SendingStack } from "../../rig/firehose.ts";
import type { Outcome, Rig } from "../../rig/rig.ts";
import { type Congestion, startTcpFlow } from "../../rig/tcp-flow.ts";

/** Drops of sockets up to this share of the packets count as loss of the path; with more, a run is repeated. */
const DROPS_ALLOWED = 0.01;

export interface Arrived {
  readonly flows: readonly FlowResult[];
  /** Of the link's `down` queue, from the first second on. */
  readonly queue: QueueDelays;
  /** Bytes of the TCP flow in each second since it began. */
  readonly tcpBySecond: readonly number[];
}

interface Run {
  readonly link: Link;
  readonly cleanup: Cleanup;
  /** Ports of sockets that must not overflow. */
  readonly ports: Set<number>;
}

/** Runs a job with a link of its own, and counts what sockets dropped meanwhile. */
async function onLink<T>(options: LinkOptions, job: (run: Run) => Promise<T>): Promise<Outcome<T>> {
  const cleanup = new Cleanup();
  try {
    const watch = await watchSocketDrops();
    cleanup.add(() => watch.stop());
    const link = await forkLink(options);
    cleanup.add(() => link.close());
    const ports = new Set<number>();
    const value = await job({ link, cleanup, ports });
    const counters = await link.counters();
    const { own } = await watch.read([...ports, ...counters.ports]);
    const drops = own <= DROPS_ALLOWED * counters.down.deliveredPackets ? 0 : own;
    return { value, drops, stalledMs: counters.stalledMs };
  } finally {
    await cleanup.run();
  }
}

export interface OneStack {
  readonly stack: SendingStack;
  readonly link: LinkOptions;
  readonly seconds: number;
  /** How many senders share the link. @default 1 */
  readonly count?: number;
}

/** One or several senders of one stack, which begin together. */
export function runStack(rig: Rig, { stack, link: options, seconds, count = 1 }: OneStack): Promise<Outcome<Arrived>> {
  return onLink(options, async ({ link, ports }) => {
    await link.startQueueWatch();
    const flows = await Promise.all(Array.from({ length: count }, () => flowInPage(rig, { stack, link, seconds })));
    for (const flow of flows) for (const port of flow.ports) ports.add(port);
    return { flows, queue: await link.readQueueWatch(), tcpBySecond: [] };
  });
}

export interface BesideTcp {
  readonly congestion: Congestion;
  readonly link: LinkOptions;
  readonly seconds: number;
  /** Which flow begins, so many seconds before the other. */
  readonly first: "own" | "tcp";
  readonly headStartSeconds: number;
}

/** One sender of ours beside a TCP flow of the kernel. @returns undefined where such a flow can't run */
export async function runBesideTcp(rig: Rig, options: BesideTcp): Promise<Outcome<Arrived> | undefined> {
  const { congestion, first, headStartSeconds, seconds } = options;
  const outcome = await onLink(options.link, async ({ link, cleanup, ports }) => {
    const headStart = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, headStartSeconds * 1000));
    const own = (length: number): Promise<FlowResult> => flowInPage(rig, { stack: "own", link, seconds: length });
    const early = first === "own" ? own(seconds + headStartSeconds) : undefined;
    if (early !== undefined) await headStart();
    const tcp = await startTcpFlow(link, { congestion, cleanup });
    if (tcp === undefined) return undefined;
    for (const port of tcp.ports) ports.add(port);
    if (early === undefined) await headStart();
    const flow = await (early ?? own(seconds));
    for (const port of flow.ports) ports.add(port);
    const tcpBySecond = [...tcp.bytesBySecond];
    await tcp.stop();
    return { flows: [flow], queue: await link.readQueueWatch(), tcpBySecond };
  });
  return outcome.value === undefined ? undefined : { ...outcome, value: outcome.value };
}

async function flowInPage(
  rig: Rig,
  { stack, link, seconds }: { readonly stack: SendingStack; readonly link: Link; readonly seconds: number },
): Promise<FlowResult> {
  const page = await rig.openBenchPage();
  try {
    return await runFlow({ stack, page, link, seconds, pionBinary: rig.pionBinary });
  } finally {
    await page.close();
  }
}
