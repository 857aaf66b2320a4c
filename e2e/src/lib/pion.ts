/*
 * The peer of the base protocol in Go (e2e/peers/pion), built where `go` is installed. A first build fetches modules and takes minutes:
 * global-setup.ts does it before any test.
 */
import { fileURLToPath } from "node:url";
import { type JsonProcess, startJsonProcess } from "@rangecast/testkit/processes/json-process";
import { buildGo } from "./go.ts";

export { goIsInstalled } from "./go.ts";

const SOURCE = fileURLToPath(new URL("../../peers/pion", import.meta.url));

/** Builds the peer. @returns its path; undefined where go isn't installed */
export function buildPion(): Promise<string | undefined> {
  return buildGo(SOURCE, "pion-peer");
}

/** Longest that a whole connection is driven: over the limit of any test. */
const WEBRTC_MAX_RUN = "20m";

export interface PionOptions {
  readonly base: string;
  readonly session: string;
  readonly key: string;
  readonly args: string[];
}

/** Starts the peer in one of its roles on loopback. */
export async function startPion(role: "daemon" | "browser", { base, session, key, args }: PionOptions): Promise<JsonProcess> {
  const common = ["--base", base, "--session", session, "--key", key, "--no-mdns"];
  return startJsonProcess(await pionBinary(), [role, ...common, ...args]);
}

/** Starts pion's data channels, which return each message, straight over UDP, with ours at this port of loopback. */
export async function startPionChannels(port: number, role: "client" | "server"): Promise<JsonProcess> {
  return startJsonProcess(await pionBinary(), ["channels", "--connect", `127.0.0.1:${port}`, "--role", role]);
}

/** Starts a whole connection of pion, which takes commands on stdin. */
export async function startPionWebrtc(): Promise<JsonProcess> {
  return startJsonProcess(await pionBinary(), ["webrtc", "--no-mdns", "--max-run", WEBRTC_MAX_RUN], { keepStdinOpen: true });
}

export interface PionDtlsOptions {
  readonly role: "client" | "server";
  /** Of our certificate. */
  readonly fingerprint: string;
  readonly args?: readonly string[];
}

/** Starts pion's DTLS alone, straight over UDP, with a connection of ours at this port of loopback. */
export async function startPionDtls(port: number, { role, fingerprint, args = [] }: PionDtlsOptions): Promise<JsonProcess> {
  const common = ["dtls", "--connect", `127.0.0.1:${port}`, "--role", role, "--fingerprint", fingerprint];
  return startJsonProcess(await pionBinary(), [...common, ...args]);
}

async function pionBinary(): Promise<string> {
  const binary = await buildPion();
  if (binary === undefined) throw new Error("go is not installed: a test that needs the peer must be skipped");
  return binary;
}
