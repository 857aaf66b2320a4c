/* The runs of the bench `share`: two sessions, or one beside a TCP flow of the kernel, through one link. */
import type { LinkOptions } from "../../../netlab/index.ts";
import type { Contestant } from "../../rig/contestants.ts";
import { onLink, type Outcome } from "../../rig/on-link.ts";
import type { Rig, Run } from "../../rig/rig.ts";
import { startTcpFlow } from "../../rig/tcp-flow.ts";
import { sleep } from "../bench.ts";

const MS_PER_SECOND = 1000;

export interface SharedLink {
  readonly contestant: Contestant;
  readonly file: string;
  readonly link: LinkOptions;
  /** Both flows have so long to settle, and are counted for so long after it. Seconds. */
  readonly settle: number;
  readonly count: number;
}

/** Bytes of two flows in the same time. */
export type Shares = readonly [one: number, other: number];

/** Two sessions, each with its own daemon and page, which begin together. */
export function runTwo(rig: Rig, { contestant, file, link, settle, count }: SharedLink): Promise<Outcome<Shares>> {
  return onLink(link, rig.cleanup, async (scope) => {
    const join = async (): Promise<Run> => {
      const run = await rig.join(scope, { contestant, file });
      await rig.open(run, contestant);
      return run;
    };
    const [one, other] = await Promise.all([join(), join()]);
    return Promise.all([read(one, settle, count), read(other, settle, count)]);
  });
}

export interface BesideReno extends SharedLink {
  /** Which flow begins, {@link headStart} seconds before the other. */
  readonly first: "own" | "tcp";
  readonly headStart: number;
}

/** One session beside a Reno flow. @returns its bytes and those of the other @throws if no TCP flow can run here */
export function runBesideReno(rig: Rig, setup: BesideReno): Promise<Outcome<Shares>> {
  const { contestant, file, first, headStart, settle, count } = setup;
  return onLink(setup.link, rig.cleanup, async (scope) => {
    const run = await rig.join(scope, { contestant, file });
    await rig.open(run, contestant);
    const early = first === "own" ? read(run, headStart + settle, count) : undefined;
    // Awaited below. If the TCP flow fails before that, its failure is the one that counts.
    early?.catch(() => undefined);
    if (early !== undefined) await sleep(headStart * MS_PER_SECOND);
    const tcp = await startTcpFlow(scope.link, { congestion: "reno", cleanup: scope.cleanup });
    if (tcp === undefined) throw new Error("no TCP flow can run here");
    for (const port of tcp.ports) scope.ports.add(port);
    if (early === undefined) await sleep(headStart * MS_PER_SECOND);
    const own = await (early ?? read(run, settle, count));
    // Its last full seconds are those of the other flow, except for a part of one.
    const reno = tcp.bytesBySecond.slice(-count).reduce((total, bytes) => total + bytes, 0);
    scope.otherDrops += await tcp.stop();
    return [own, reno];
  });
}

async function read({ page }: Run, settle: number, count: number): Promise<number> {
  const times = [settle * MS_PER_SECOND, count * MS_PER_SECOND] as const;
  return (await page.evaluate(([skip, measure]) => window.bench.readFor(skip, measure), times)).bytes;
}
