/* All that a run needs: a relay with a link before it, a browser, and a daemon in a process of its own. */
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { buildPion } from "@rangecast/e2e/lib/pion";
import { type RunningRelay, serveRelay } from "@rangecast/relay";
import { startChromiumBrowser } from "@rangecast/testkit/browsers/chromium";
import { Cleanup } from "@rangecast/testkit/processes/cleanup";
import type { Browser, Page } from "playwright-core";

import type { Link, LinkOptions } from "../../netlab/index.ts";
import type { Target } from "../../page/api.ts";
import { type Contestant, CONTESTANTS, type DaemonKind } from "./contestants.ts";
import { type BenchProgram, startOurDaemon, startPionDaemon } from "./daemons.ts";
import { type LinkedRelay, startLinkedRelay, type WatchedSession } from "./linked-relay.ts";
import { onLink, onLoopback, type Outcome, type Scope } from "./on-link.ts";
import { BENCH_PATH, buildBenchPage, servePages } from "./pages.ts";

export interface SessionSetup {
  readonly contestant: Contestant;
  readonly file: string;
  /** @default the rig's own */
  readonly browser?: Browser;
}

export interface RunSetup extends SessionSetup {
  /** What lies between the two. @default nothing: they meet on loopback */
  readonly link?: LinkOptions;
}

export interface Run {
  /** Nothing is loaded in it yet. */
  readonly page: Page;
  readonly target: Target;
  readonly daemon: BenchProgram;
  readonly session: WatchedSession;
  readonly link: Link | undefined;
}

const HOST = "127.0.0.1";
/** Real addresses in host candidates: by them a peer's sockets are known. */
export const SHOW_ADDRESSES = "--disable-features=WebRtcHideLocalIpsWithMdns";
/** Bearer key of the relay. */
export const KEY = "a-key-of-the-benchmarks";

export class Rig {
  readonly cleanup: Cleanup;
  /** Those that can run here. */
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
  run<T>(setup: RunSetup, job: (run: Run) => Promise<T>): Promise<Outcome<T>> {
    const once = async (scope: Scope): Promise<T> => job(await this.join(scope, setup));
    return setup.link === undefined ? onLoopback(this.cleanup, once) : onLink(setup.link, this.cleanup, once);
  }

  /** Adds a session to a run, alone or beside others on the same link. It ends with the run. */
  async join(scope: Scope, { contestant, file, browser = this.#browser }: SessionSetup): Promise<Run> {
    const { sessionId, session } = this.watchSession(scope);
    const target: Target = { base: this.url, sessionId, key: KEY };
    const daemon = await this.#startDaemon(contestant.daemon, target, file);
    scope.cleanup.add(() => daemon.stop());
    const page = await browser.newPage();
    scope.cleanup.add(() => page.close());
    return { page, target, daemon, session, link: scope.link };
  }

  /** A new session whose peers will connect through the link of this run. */
  watchSession({ link, ports }: Scope): { readonly sessionId: string; readonly session: WatchedSession } {
    const sessionId = `bench-${process.pid}-${++this.#sessions}`;
    return { sessionId, session: this.#relay.watch(sessionId, link, ports) };
  }

  /** A session whose file is open in the bench page. */
  view<T>(setup: RunSetup, job: (run: Run) => Promise<T>): Promise<Outcome<T>> {
    return this.run(setup, async (run) => {
      await this.open(run, setup.contestant);
      const value = await job(run);
      await run.page.evaluate(() => window.bench.close());
      return value;
    });
  }

  /** Opens the file of a session in the bench page. */
  async open({ page, target }: Run, { way }: Contestant): Promise<void> {
    await this.loadBenchPage(page);
    await page.evaluate(([how, to]) => window.bench.open(how, to), [way, target] as const);
  }

  #startDaemon(kind: DaemonKind, target: Target, file: string): Promise<BenchProgram> {
    if (kind !== "pion") {
      const { base, key, sessionId } = target;
      return startOurDaemon({ base, key, file, sessionIds: [sessionId], transport: kind });
    }
    if (this.pionBinary === undefined) throw new Error("the pion peer was not built");
    return startPionDaemon(this.pionBinary, target, file);
  }
}
