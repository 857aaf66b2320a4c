/* Other SCTP implementations straight over UDP. All take the same flags and print the same events (e2e/peers/pion/README.md, "SCTP alone"). */
import { type JsonProcess, startJsonProcess } from "@rangecast/testkit/processes/json-process";
import { buildPion, goIsInstalled } from "./pion.ts";
import { buildUsrsctp, usrsctpIsInstalled } from "./usrsctp.ts";

export interface SctpPeer {
  readonly name: "pion" | "usrsctp";
  readonly isInstalled: boolean;
  /** What has to be installed, for the names of tests. */
  readonly needs: string;
  /** Whether it answers a HEARTBEAT in a packet with padding (RFC 4820), so that packets can grow. */
  readonly answersProbes: boolean;
  /** Builds it. @returns the command that runs it; undefined where it isn't installed */
  readonly command: () => Promise<readonly string[] | undefined>;
}

export const SCTP_PEERS: readonly SctpPeer[] = [
  {
    name: "pion",
    isInstalled: goIsInstalled,
    needs: "go",
    // It drops packets with chunks that it doesn't know (1.11).
    answersProbes: false,
    command: async () => {
      const binary = await buildPion();
      return binary === undefined ? undefined : [binary, "sctp"];
    },
  },
  {
    name: "usrsctp",
    isInstalled: usrsctpIsInstalled,
    needs: "gcc or libusrsctp-dev",
    answersProbes: true,
    command: async () => {
      const binary = await buildUsrsctp();
      return binary === undefined ? undefined : [binary];
    },
  },
];

export interface SctpPeerOptions {
  /** A client begins the handshake. */
  readonly role: "client" | "server";
  readonly sendBytes: number;
}

/** Starts a peer, with an association of ours at this port of loopback. */
export async function startSctpPeer(peer: SctpPeer, port: number, { role, sendBytes }: SctpPeerOptions): Promise<JsonProcess> {
  const [binary, ...before] = (await peer.command()) ?? [];
  if (binary === undefined) throw new Error(`${peer.needs} is not installed: a test that needs ${peer.name} must be skipped`);
  return startJsonProcess(binary, [...before, "--connect", `127.0.0.1:${port}`, "--role", role, "--send", String(sendBytes)]);
}
