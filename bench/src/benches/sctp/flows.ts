/* The runs of the bench `sctp`: one or two senders, and a TCP flow beside one, through one link. */
import type { Link, LinkOptions, QueueDelays } from "../../../netlab/index.ts";
import { type FlowResult, runFlow, type SendingStack } from "../../rig/firehose.ts";
import { onLink, type Outcome } from "../../rig/on-link.ts";
import type { Rig } from "../../rig/rig.ts";
import { type Congestion, startTcpFlow } from "../../rig/tcp-flow.ts";

export interface Arrived {
  readonly flows: readonly FlowResult[];
  /** Of the link's `down` queue, from the first second on. */
  readonly queue: QueueDelays;
  /** Bytes of the TCP flow in each second since it began. */
  readonly tcpBySecond: readonly number[];
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
  return onLink(options, rig.cleanup, async ({ link, ports }) => {
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
  const outcome = await onLink(options.link, rig.cleanup, async (scope) => {
    const { link, cleanup, ports } = scope;
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
    scope.otherDrops += await tcp.stop();
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
