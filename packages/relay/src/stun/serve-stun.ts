import { createSocket, type Socket, type SocketType } from "node:dgram";
import { once } from "node:events";
import { isIPv6 } from "node:net";
import { clientBucket } from "../http/address.ts";
import { listenFailure } from "../node/listen.ts";
import { AnswerBudget } from "./answer-budget.ts";
import { answerBinding } from "./binding-answer.ts";

export interface ServeStunOptions {
  /** Address to listen on; `0.0.0.0` and `::` are all addresses of both families. */
  readonly host: string;
  /** UDP port; 0: any free one. */
  readonly port: number;
  /** Called with the sockets' own failures. @default ignored */
  readonly onTrouble?: (error: unknown) => void;
}

export interface RunningStun {
  readonly port: number;
  close(): Promise<void>;
}

/** The port of STUN (RFC 8489, 18.6). */
export const STUN_PORT = 3478;

const V4_EVERYWHERE = "0.0.0.0";
const V6_EVERYWHERE = "::";
/** The system has no IPv6. */
const NO_V6: ReadonlySet<string> = new Set(["EAFNOSUPPORT", "EADDRNOTAVAIL", "EINVAL"]);

/**
 * Runs a STUN server that tells clients their address, and does nothing else (RFC 8489, 12).
 * @throws {RelayError} `port-in-use`, `port-forbidden`, `bad-host`, `cannot-listen`
 */
export async function serveStun({ host, port, onTrouble = () => undefined }: ServeStunOptions): Promise<RunningStun> {
  const budget = new AnswerBudget();
  if (host !== V4_EVERYWHERE && host !== V6_EVERYWHERE) {
    const socket = await open(isIPv6(host) ? "udp6" : "udp4", host, port, budget, onTrouble);
    return running([socket]);
  }
  const v4 = await open("udp4", V4_EVERYWHERE, port, budget, onTrouble);
  try {
    return running([v4, await open("udp6", V6_EVERYWHERE, v4.address().port, budget, onTrouble)]);
  } catch (error) {
    const { code = "" } = (error instanceof Error && error.cause instanceof Error ? error.cause : {}) as NodeJS.ErrnoException;
    if (NO_V6.has(code)) return running([v4]);
    v4.close();
    throw error;
  }
}

async function open(
  type: SocketType,
  host: string,
  port: number,
  budget: AnswerBudget,
  onTrouble: (error: unknown) => void,
): Promise<Socket> {
  const socket = createSocket({ type, ipv6Only: type === "udp6" });
  try {
    socket.bind({ address: host, port, exclusive: true });
    await once(socket, "listening");
  } catch (cause) {
    socket.close();
    throw listenFailure(cause, host, port);
  }
  socket.on("error", onTrouble);
  socket.on("message", (packet, { address, port: from }) => {
    const [plain = address] = address.split("%", 1);
    const answer = answerBinding(packet, { address: plain, port: from });
    if (answer === undefined || !budget.take(clientBucket({ socket: plain, forwardedFor: null, trustProxy: false }))) return;
    // A packet that can't be sent, for example to a forged address, is lost like any other.
    socket.send(answer, from, address, () => undefined);
  });
  return socket;
}

function running(sockets: readonly Socket[]): RunningStun {
  return {
    port: sockets[0]?.address().port ?? 0,
    close: async () => {
      await Promise.all(sockets.map((socket) => new Promise<void>((resolve) => socket.close(() => resolve()))));
    },
  };
}
