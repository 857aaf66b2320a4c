/* All that a run needs: a relay with a link before it, a browser, and a daemon in a process of its own. */
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { buildPion } from "@rangecast/e2e/lib/pion";
import { type RunningRelay, serveRelay } from "@rangecast/relay";
import { startChromiumBrowser } from "@rangecast/testkit/browsers/chromium";
import { Cleanup } from "@rangecast/testkit/processes/cleanup";
import type { Browser, Page } from "playwright-core";

import { forkLink, type LinkOptions, watchSocketDrops } from "../../netlab/index.ts";
import type { Target, Way } from "../../page/api.ts";
import { type BenchProgram, type DaemonKind, startOurDaemon, startPionDaemon } from "./daemons.ts";
import { type LinkedRelay, startLinkedRelay, type WatchedSession } from "./linked-relay.ts";
import { BENCH_PATH, buildBenchPage, servePages } from "./pages.ts";

/** A daemon, and how the browser uses it. */
export interface Contestant {
  /** Its name in the JSON. */
  readonly name: string;
  readonly daemon: DaemonKind;
  readonly way: Way;
}

export const OURS = "ours";

const CONTESTANTS: readonly Contestant[] = [
  { name: OURS, daemon: "ours", way: "ours" },
  { name: "pion", daemon: "pion", way: "firehose" },
  { name: "ours-firehose", daemon: "ours", way: "firehose" },
];

export interface RunSetup {
  readonly contestant: Contestant;
  readonly file: string;
  /** What lies between the two. @default nothing: they meet on loopback */
  readonly link?: LinkOptions;
}

export interface Run {
  /** Nothing is loaded in it yet. */
  readonly page: Page;
  readonly target: Target;
  readonly daemon: BenchProgram;
  readonly session: WatchedSession;
}

export interface Outcome<T> {
  readonly value: T;
  /** Datagrams that sockets of the run dropped because nobody read them in time. */
  readonly drops: number;
  /** For how long the emulator was kept from running, milliseconds. */
  readonly stalledMs: number;
}

const HOST = "127.0.0.1";
/** Real addresses in host candidates: by them a peer's sockets are known. */
export const SHOW_ADDRESSES = "--disable-features=WebRtcHideLocalIpsWithMdns";
const KEY = "a-key-of-the-benchmarks";

export class Rig {
  readonly cleanup: Cleanup;
  readonly contestants: readonly Contestant[];
  readonly folder: string;
  readonly #relay: LinkedRelay;
  /** Where the peer in Go is; undefined where Go isn't installed. */
  readonly pionBinary: string | undefined;
  readonly #browser: Browser;
  #sessions = 0;

  private constructor(cleanup: Cleanup, folder: string, relay: LinkedRelay, browser: Browser, pion: string | undefined) {
    this.cleanup = cleanup;
    this.folder = folder;
    this.#relay = relay;
    this.#browser = browser;
    this.pionBinary = pion;
    this.contestants = CONTESTANTS.filter(({ daemon }) => daemon !== "pion" || pion !== undefined);
  }

  static async start(cleanup: Cleanup): Promise<Rig> {
    const folder = await mkdtemp(join(tmpdir(), "rangecast-bench-"));
    cleanup.add(() => rm(folder, { recursive: true, force: true }));
    const pageFolder = join(folder, "page");
    await buildBenchPage(pageFolder);
    const relay: RunningRelay = await serveRelay({ host: HOST, port: 0, apiKeys: [KEY], fallback: servePages(pageFolder) });
    cleanup.add(() => relay.close());
    const linked = await startLinkedRelay(relay.url);
    cleanup.add(() => linked.close());
    const pion = await buildPion();
    if (pion === undefined) console.error("Go isn't installed: the pion peer is left out.");
    const browser = await startChromiumBrowser([SHOW_ADDRESSES], { signalsAreOurs: true });
    cleanup.add(() => browser.close());
    return new Rig(cleanup, folder, linked, browser, pion);
  }

  /** The origin of both pages, and the relay. */
  get url(): string {
    return this.#relay.url;
  }

  /** A file of so many zeros that takes no place on the disk: what is measured is not the disk. */
  async createFile(bytes: number): Promise<string> {
    const path = join(this.folder, `${bytes}.bin`);
    const file = await open(path, "w");
    await file.truncate(bytes);
    await file.close();
    return path;
  }

  /** A page of the browser with the bench page in it. */
  async openBenchPage(browser: Browser = this.#browser): Promise<Page> {
    const page = await browser.newPage();
    await this.loadBenchPage(page);
    return page;
  }

  async loadBenchPage(page: Page): Promise<void> {
    await page.goto(`${this.url}${BENCH_PATH}`);
    await page.waitForFunction(() => "bench" in window);
  }

  /** One session from start to end, on a link, with a daemon, in a page of its own. */
  async run<T>({ contestant, file, link: linkOptions }: RunSetup, job: (run: Run) => Promise<T>): Promise<Outcome<T>> {
    const own = new Cleanup();
    const ended = this.cleanup.add(() => own.run());
    try {
      const watch = await watchSocketDrops();
      own.add(() => watch.stop());
      const link = linkOptions === undefined ? undefined : await forkLink(linkOptions);
      if (link !== undefined) own.add(() => link.close());
      const sessionId = `bench-${process.pid}-${++this.#sessions}`;
      const target: Target = { base: this.url, sessionId, key: KEY };
      const session = this.#relay.watch(sessionId, link);
      const daemon = await this.#startDaemon(contestant.daemon, target, file);
      own.add(() => daemon.stop());
      const page = await this.#browser.newPage();
      own.add(() => page.close());
      const value = await job({ page, target, daemon, session });
      const counters = await link?.counters();
      const { own: drops } = await watch.read([...session.ports, ...(counters?.ports ?? [])]);
      return { value, drops, stalledMs: counters?.stalledMs ?? 0 };
    } finally {
      await ended();
    }
  }

  /** A session whose file is open in the bench page. */
  view<T>(setup: RunSetup, job: (run: Run) => Promise<T>): Promise<Outcome<T>> {
    return this.run(setup, async (run) => {
      await this.loadBenchPage(run.page);
      await run.page.evaluate(([way, target]) => window.bench.open(way, target), [setup.contestant.way, run.target] as const);
      const value = await job(run);
      await run.page.evaluate(() => window.bench.close());
      return value;
    });
  }

  #startDaemon(kind: DaemonKind, target: Target, file: string): Promise<BenchProgram> {
    if (kind === "ours") return startOurDaemon(target, file);
    if (this.pionBinary === undefined) throw new Error("the pion peer was not built");
    return startPionDaemon(this.pionBinary, target, file);
  }
}
