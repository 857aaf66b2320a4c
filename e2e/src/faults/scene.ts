/* The set-up for a fault: a relay, a host that shares a film, a tab that plays it, and a `get` that downloads it. */
import { execFile } from "node:child_process";
import { copyFile, mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Chromium, startChromium } from "@rangecast/testkit/browsers/chromium";
import type { Cleanup } from "@rangecast/testkit/processes/cleanup";
import { type Program, startProgram } from "../lib/program.ts";
import { freePort } from "../lib/free-port.ts";
import { type RelayProxy, startRelayProxy } from "../lib/relay-proxy.ts";
import { readPid, standIn } from "../lib/tunnel.ts";
import { type FilmViewer, openViewer } from "./film-viewer.ts";
import { type GetRun, startGet } from "./get-run.ts";
import { type Coturn, startCoturn } from "../lib/coturn.ts";
import { makeNetwork, MIDDLE_ADDRESS, type Network } from "../lib/network.ts";

const LOOPBACK = "127.0.0.1";
/** Space on a small disk beyond the file's size, bytes. */
const SPARE_BYTES = 8_000_000;

/** What a fault needs beyond the usual set-up. */
export interface SceneWishes {
  /** Both ends reach the relay through a proxy. */
  readonly proxy?: boolean;
  /** Viewer, host and relay are on separate networks. `turn`: viewer and host reach each other only over a TURN server. */
  readonly network?: "routed" | "turn";
  /** The host serves relay and page itself, behind a tunnel, and both ends reach them through it. */
  readonly tunnel?: boolean;
  /** `get` saves a file at full speed instead of writing to standard output; `small`: on a separate disk with little more space than the file needs. */
  readonly saves?: "anywhere" | "small";
}

export interface Scene {
  readonly wishes: SceneWishes;
  /** An unchanged copy of the shared film. */
  readonly original: string;
  /** The shared file. */
  readonly film: string;
  /** A folder for this scene only. */
  readonly folder: string;
  readonly relay: Program;
  /** Arguments to restart it at the same address. */
  readonly relayArgs: readonly string[];
  readonly host: Program;
  readonly chromium: Chromium;
  readonly viewer: FilmViewer;
  /** Starts `get`, each time with the same options. */
  startGet(): Promise<GetRun>;
  /** The last run of `get`. */
  get(): GetRun;
  /** The folder in which `get` saves. Files next to it are on the same disk. */
  readonly saveFolder: string;
  proxy(): RelayProxy;
  network(): Network;
  turn(): Coturn;
  tunnel(): TunnelScene;
}

/** The tunnel to a host. */
export interface TunnelScene {
  /** An address of this computer, which stays the same. */
  readonly address: string;
  /** Kills its program, which the host then starts again. */
  kill(): Promise<void>;
}

export interface SceneOptions {
  readonly wishes: SceneWishes;
  readonly original: string;
  /** An empty folder. */
  readonly folder: string;
  readonly cleanup: Cleanup;
}

export async function openScene({ wishes, original, folder, cleanup }: SceneOptions): Promise<Scene> {
  const network = wishes.network === undefined ? undefined : await makeNetwork();
  if (network !== undefined) cleanup.add(() => network.remove());
  const turn = network !== undefined && wishes.network === "turn" ? await startTurn(network, folder) : undefined;
  if (turn !== undefined) cleanup.add(() => turn.stop());
  const turnEnv = turn === undefined ? {} : { env: { RANGECAST_TURN_SECRET: turn.secret } };
  const film = join(folder, "film.mp4");
  await copyFile(original, film);
  const run = async (args: readonly string[], name: string, side: "viewer" | "host" | "middle"): Promise<Program> => {
    const program = await startProgram(args, { home: await subfolder(folder, name), ...turnEnv, ...placed(network, side) });
    cleanup.add(() => program.end("SIGKILL"));
    return program;
  };

  const listenAt = network === undefined ? LOOPBACK : MIDDLE_ADDRESS;
  const turnArgs = turn === undefined ? [] : ["--turn", turn.url];
  const relayArgs = (port: string): string[] => ["relay", "--json", "--host", listenAt, "--port", port, ...turnArgs];
  const relay = await run(relayArgs("0"), "relay", "middle");
  const url = String(relay.ready["url"]);
  const proxy = wishes.proxy === true ? await startRelayProxy(url) : undefined;
  if (proxy !== undefined) cleanup.add(() => proxy.close());
  const origin = proxy?.url ?? url;
  const tunnel = wishes.tunnel === true ? await planTunnel(folder) : undefined;
  const host = await run(["share", film, "--json", ...(tunnel?.args ?? ["--relay", origin])], "host", "host");
  const link = String(host.ready["link"]);

  const disk = await subfolder(folder, "disk");
  if (wishes.saves === "small") {
    await promisify(execFile)("mount", ["-t", "tmpfs", "-o", `size=${(await stat(original)).size + SPARE_BYTES}`, "tmpfs", disk]);
    // Lazy, because programs that are just being stopped may still write there.
    cleanup.add(() => promisify(execFile)("umount", ["--lazy", disk]));
  }
  const saveFolder = await subfolder(disk, "saved");
  const getHome = await subfolder(folder, "get");
  let get: GetRun | undefined;
  const start = async (): Promise<GetRun> => {
    const started = await startGet({
      link,
      wanted: original,
      surroundings: { home: getHome, ...placed(network, "viewer") },
      ...(wishes.saves === undefined ? {} : { folder: saveFolder }),
    });
    cleanup.add(() => started.child.kill("SIGKILL"));
    get = started;
    return started;
  };
  // Browsers trust http only on localhost, but in a namespace the relay has another address.
  const flags = network === undefined ? [] : [`--unsafely-treat-insecure-origin-as-secure=${origin}`];
  const chromium = await startChromium(flags, { signalsAreOurs: true, ...placed(network, "viewer") });
  cleanup.add(() => chromium.close());
  const viewer = await openViewer(await chromium.context.newPage(), link);
  return {
    wishes,
    original,
    film,
    folder,
    relay,
    relayArgs: relayArgs(new URL(url).port),
    host,
    chromium,
    viewer,
    startGet: start,
    get: () => present(get, "get"),
    saveFolder,
    proxy: () => present(proxy, "proxy"),
    network: () => present(network, "network"),
    turn: () => present(turn, "TURN server"),
    tunnel: () => present(tunnel, "tunnel"),
  };
}

/** The tunnel that the host will start, and its options. */
async function planTunnel(folder: string): Promise<TunnelScene & { readonly args: readonly string[] }> {
  const port = String(await freePort());
  const address = `http://localhost:${port}`;
  const pidFile = join(folder, "tunnel-pid");
  return {
    address,
    args: ["--tunnel", standIn("--plain", "--at", port, "--pid", pidFile), "--tunnel-url", address],
    kill: async () => void process.kill(await readPid(pidFile), "SIGKILL"),
  };
}

/** Starts a TURN server that is the only path between viewer and host. */
async function startTurn(network: Network, folder: string): Promise<Coturn> {
  await network.setDirect(false);
  return startCoturn(network, await subfolder(folder, "coturn"));
}

async function subfolder(folder: string, name: string): Promise<string> {
  const path = join(folder, name);
  await mkdir(path);
  return path;
}

function placed(network: Network | undefined, side: "viewer" | "host" | "middle"): { within?: readonly string[] } {
  return network === undefined ? {} : { within: network.within(side) };
}

function present<T>(part: T | undefined, what: string): T {
  if (part === undefined) throw new Error(`there is no ${what} in this scene`);
  return part;
}
