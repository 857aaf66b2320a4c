import { createSocket, type Socket } from "node:dgram";
import { lookup } from "node:dns/promises";
import type { IceAddress } from "./ice-url.ts";
import { bindingRequest, type MappedAddress, readBindingAnswer } from "./stun-binding.ts";

/** The result of asking one server. */
export interface StunAnswer {
  readonly url: string;
  readonly outcome: "answered" | "no-name" | "silent";
  /** The server's IP address: two names may be the same server. */
  readonly server?: string;
  readonly mapped?: MappedAddress;
  readonly roundTripMs?: number;
}

/** When the request is sent again, because packets get lost. Milliseconds after the first. */
const RESEND_MS = [500, 1500] as const;

interface Question {
  readonly server: IceAddress;
  readonly family: 4 | 6;
  readonly ip: string;
}

/**
 * Asks all servers, from one socket per address family.
 * @param patienceMs how long to wait for answers, milliseconds
 */
export async function askStun(servers: readonly IceAddress[], patienceMs: number, signal: AbortSignal): Promise<StunAnswer[]> {
  const questions = await Promise.all(servers.map((server) => resolveServer(server)));
  const sockets = new Map<4 | 6, Socket>();
  try {
    const socketOf = (family: 4 | 6): Socket => {
      const socket = sockets.get(family) ?? createSocket(family === 4 ? "udp4" : "udp6");
      sockets.set(family, socket);
      socket.setMaxListeners(0);
      return socket;
    };
    const asking = questions.map((question, index) =>
      question === undefined
        ? Promise.resolve<StunAnswer>({ url: servers[index]?.url ?? "", outcome: "no-name" })
        : ask(question, socketOf(question.family), patienceMs, signal),
    );
    return await Promise.all(asking);
  } finally {
    for (const socket of sockets.values()) socket.close();
  }
}

async function resolveServer(server: IceAddress): Promise<Question | undefined> {
  try {
    const { address, family } = await lookup(server.host);
    return { server, ip: address, family: family === 6 ? 6 : 4 };
  } catch {
    return undefined;
  }
}

async function ask({ server, ip }: Question, socket: Socket, patienceMs: number, signal: AbortSignal): Promise<StunAnswer> {
  const { packet, transaction } = bindingRequest();
  const startMs = performance.now();
  const timers: NodeJS.Timeout[] = [];
  let listener: ((message: Buffer) => void) | undefined;
  let giveUp: () => void = () => undefined;
  try {
    return await new Promise<StunAnswer>((resolve) => {
      giveUp = () => resolve({ url: server.url, outcome: "silent", server: ip });
      listener = (message) => {
        const answer = readBindingAnswer(message);
        if (answer?.transaction !== transaction) return;
        resolve({ url: server.url, outcome: "answered", server: ip, mapped: answer.mapped, roundTripMs: performance.now() - startMs });
      };
      socket.on("message", listener);
      // Most likely there is no route to the server, so it won't answer.
      socket.on("error", giveUp);
      signal.addEventListener("abort", giveUp, { once: true });
      if (signal.aborted) return giveUp();
      const send = (): void => socket.send(packet, server.port, ip, () => undefined);
      send();
      timers.push(...RESEND_MS.map((ms) => setTimeout(send, ms)), setTimeout(giveUp, patienceMs));
      return undefined;
    });
  } finally {
    for (const timer of timers) clearTimeout(timer);
    signal.removeEventListener("abort", giveUp);
    if (listener !== undefined) socket.off("message", listener);
  }
}
