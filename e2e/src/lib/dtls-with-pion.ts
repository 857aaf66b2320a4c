/* Our DTLS and pion's, straight over UDP on loopback. */
import type { ConnectionOptions } from "@rangecast/dtls";
import type { JsonProcess } from "@rangecast/testkit/processes/json-process";
import { type DtlsOverUdp, OWN_CERTIFICATE } from "./dtls-over-udp.ts";
import { type CleanUp, expecting, openOurs } from "./dtls-peers.ts";
import { startPionDtls } from "./pion.ts";

export interface PionOptions {
  readonly args?: readonly string[];
  readonly options?: Partial<ConnectionOptions>;
  /** Decides about each datagram: true loses it. */
  readonly loss?: () => boolean;
}

/** Starts both sides, which know each other's fingerprints. @param role ours */
export async function startWithPion(
  role: "client" | "server",
  cleanUp: CleanUp,
  { args = [], options = {}, loss = () => false }: PionOptions = {},
): Promise<{ readonly ours: DtlsOverUdp; readonly peer: JsonProcess }> {
  const ours = await openOurs(cleanUp);
  ours.loss = loss;
  const { fingerprint } = OWN_CERTIFICATE;
  const peer = await startPionDtls(ours.port, { role: role === "client" ? "server" : "client", fingerprint, args });
  cleanUp(async () => {
    await peer.stop();
  });
  const start = await peer.waitFor(({ event }) => event === "start");
  ours.start({ role, ...expecting(String(start["fingerprint"])), ...options }, Number(start["port"]));
  return { ours, peer };
}
