/* A run, with a link of its own or none, in which what sockets drop is counted. */
import { Cleanup } from "@rangecast/testkit/processes/cleanup";

import { forkLink, type Link, type LinkOptions, watchSocketDrops } from "../../netlab/index.ts";

export interface Outcome<T> {
  readonly value: T;
  /** Datagrams that sockets of the run dropped because nobody read them in time. */
  readonly drops: number;
  /** Packets that the link carried from the daemon; 0 without a link. */
  readonly packets: number;
  /** For how long the emulator was kept from running, milliseconds. */
  readonly stalledMs: number;
}

export interface Scope {
  /** Undefined: the peers meet on loopback. */
  readonly link: Link | undefined;
  /** Runs at the end of the run. */
  readonly cleanup: Cleanup;
  /** Ports of the peers' sockets, whose drops count. The link's are added. */
  readonly ports: Set<number>;
  /** Drops of queues that have no socket. */
  otherDrops: number;
}

export interface LinkedScope extends Scope {
  readonly link: Link;
}

/** Runs a job with a link. @param parent ends the run if it is run before */
export function onLink<T>(options: LinkOptions, parent: Cleanup, job: (scope: LinkedScope) => Promise<T>): Promise<Outcome<T>> {
  return runIn(parent, async (cleanup) => {
    const link = await forkLink(options);
    cleanup.add(() => link.close());
    const scope: LinkedScope = { link, cleanup, ports: new Set(), otherDrops: 0 };
    return { scope, job: () => job(scope) };
  });
}

/** Runs a job without a link. */
export function onLoopback<T>(parent: Cleanup, job: (scope: Scope) => Promise<T>): Promise<Outcome<T>> {
  return runIn(parent, async (cleanup) => {
    const scope: Scope = { link: undefined, cleanup, ports: new Set(), otherDrops: 0 };
    return { scope, job: () => job(scope) };
  });
}

interface Prepared<T> {
  readonly scope: Scope;
  readonly job: () => Promise<T>;
}

async function runIn<T>(parent: Cleanup, prepare: (cleanup: Cleanup) => Promise<Prepared<T>>): Promise<Outcome<T>> {
  const cleanup = new Cleanup();
  const ended = parent.add(() => cleanup.run());
  try {
    const watch = await watchSocketDrops();
    cleanup.add(() => watch.stop());
    const { scope, job } = await prepare(cleanup);
    const value = await job();
    const counters = await scope.link?.counters();
    const { own } = await watch.read([...scope.ports, ...(counters?.ports ?? [])]);
    return {
      value,
      drops: own + scope.otherDrops,
      packets: counters?.down.deliveredPackets ?? 0,
      stalledMs: counters?.stalledMs ?? 0,
    };
  } finally {
    await ended();
  }
}
