import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";

import type { IceParameters } from "../ice-agent/ice-agent.ts";
import { classes, Message, methods } from "../ice-agent/library.ts";

export interface CheckOptions {
  /** Signs it. @default the receiver's password */
  readonly password?: string | undefined;
  /** @default the receiver's ufrag */
  readonly ufrag?: string;
  readonly role?: "ICE-CONTROLLING" | "ICE-CONTROLLED";
  readonly tieBreaker?: bigint;
  readonly nominate?: boolean;
  readonly priority?: number;
  readonly fingerprint?: boolean;
}

/** A binding request to a receiver (RFC 8445, 7.1). */
export function checkFor({ ufrag, pwd }: IceParameters, options: CheckOptions = {}): Buffer {
  const { role = "ICE-CONTROLLING", tieBreaker = 2n ** 63n, nominate = false, priority = 1, fingerprint = true } = options;
  const message = new Message(methods.BINDING, classes.REQUEST);
  message.setAttribute("USERNAME", `${options.ufrag ?? ufrag}:peer`);
  if (priority >= 0) message.setAttribute("PRIORITY", priority);
  message.setAttribute(role, tieBreaker);
  if (nominate) message.setAttribute("USE-CANDIDATE", null);
  const password = "password" in options ? options.password : pwd;
  if (password !== undefined) message.addMessageIntegrity(Buffer.from(password));
  if (fingerprint) message.addFingerprint();
  return message.bytes;
}

/** The receiver of `from`'s checks, as a peer without an agent. */
export class RawPeer {
  readonly socket: Socket;
  /** What arrived, oldest first. */
  readonly received: Buffer[] = [];
  readonly local: IceParameters = { ufrag: "peer", pwd: "a password of at least 22 characters".replaceAll(" ", "+") };
  /** Whether checks are answered. */
  answers = true;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on("message", (message, { address, port }) => {
      this.received.push(message);
      if (this.answers && message.readUInt16BE(0) === 1) this.socket.send(answerTo(message, address, port, this.local.pwd), port, address);
    });
  }

  static async open(address = "127.0.0.1"): Promise<RawPeer> {
    const socket = createSocket(address.includes(":") ? "udp6" : "udp4").bind(0, address);
    await once(socket, "listening");
    return new RawPeer(socket);
  }

  get candidate(): string {
    const { address, port } = this.socket.address();
    return `candidate:1 1 udp 2130706431 ${address} ${port} typ host`;
  }

  /** Messages of a type: 0x0001 checks, 0x0101 answers, 0x0111 refusals. */
  ofType(type: number): Buffer[] {
    return this.received.filter((message) => message.readUInt16BE(0) === type);
  }

  /** Answers a check of the receiver. @param password none: the answer is not signed */
  answer(check: Buffer, candidate: string, password: string | undefined): void {
    const [, , , , address = "", port = ""] = candidate.split(" ");
    this.send(answerTo(check, address, Number(port), password), candidate);
  }

  send(message: Uint8Array, candidate: string): void {
    const [, , , , address = "", port = ""] = candidate.split(" ");
    this.socket.send(message, Number(port), address);
  }
}

function answerTo(request: Buffer, address: string, port: number, password: string | undefined): Buffer {
  const message = new Message(methods.BINDING, classes.RESPONSE, Buffer.from(request.subarray(8, 20)));
  message.setAttribute("XOR-MAPPED-ADDRESS", [address, port]);
  if (password !== undefined) message.addMessageIntegrity(Buffer.from(password));
  return message.addFingerprint().bytes;
}
