/** A share of this process that another process hosts, over a connection to it. */
import type { Socket } from "node:net";
import { createDeferred, within, withDeadline } from "@rangecast/base";
import { cliErrorOf } from "../failure/cli-error.ts";
import { MessageSocket } from "../local-socket/message-socket.ts";
import type { HostRequest } from "./host-request.ts";
import type { DropViewer, ShareListener, TakenBack } from "./hosted-share.ts";
import { LOCAL_PROTOCOL, type Ready, type Tell, tellSchema } from "./messages.ts";

/** How long a process may take for its first answer, milliseconds. One that is suspended gives none. */
const WELCOME_MS = 3000;
/** How long taking back a share may take, milliseconds: a viewer that doesn't answer has 2 s. */
const LEAVE_MS = 6000;

/** A connection to a process that has a place. */
export interface HostConnection {
  /** The other process. */
  readonly pid: number;
  readonly closed: Promise<undefined>;
  /** Called with each message. */
  onTell: (tell: Tell) => void;
  readonly socket: MessageSocket<Tell>;
}

/**
 * Says hello.
 * @returns `gone` if the connection was closed: that process is about to end; `unfit` if it is of another version, uses another transport, or doesn't answer
 */
export async function greet(socket: Socket, transport: string): Promise<HostConnection | "gone" | "unfit"> {
  const first = createDeferred<Tell | "gone" | "silent">();
  const connection = {
    onTell: (tell: Tell): void => first.resolve(tell),
    socket: new MessageSocket<Tell>(socket, tellSchema, (tell) => connection.onTell(tell)),
  };
  void connection.socket.closed.then(() => first.resolve("gone"));
  connection.socket.send({ type: "hello", protocol: LOCAL_PROTOCOL, transport });
  await within(WELCOME_MS, first.promise);
  first.resolve("silent");
  const tell = await first.promise;
  if (typeof tell === "object" && tell.type === "welcome") {
    return Object.assign(connection, { pid: tell.pid, closed: connection.socket.closed });
  }
  connection.socket.destroy();
  return tell === "gone" ? "gone" : "unfit";
}

/** How a share at another process ended. */
export type GuestEnd =
  | { readonly kind: "left" }
  | { readonly kind: "taken-back"; readonly end: TakenBack }
  /** That process ended, or closed the connection. */
  | { readonly kind: "host-gone" };

export interface GuestListener extends Pick<ShareListener, "onEvent"> {
  onReady(ready: Ready, drop: DropViewer): void;
}

/** Has a share hosted until the signal aborts. @throws CliError if the other process refuses */
export async function beGuest(
  connection: HostConnection,
  request: HostRequest,
  listener: GuestListener,
  stop: AbortSignal,
): Promise<GuestEnd> {
  const end = createDeferred<GuestEnd>();
  const drop: DropViewer = (viewer) => connection.socket.send({ type: "drop", viewer });
  connection.onTell = (tell) => {
    if (tell.type === "ready") listener.onReady(tell, drop);
    else if (tell.type === "event") listener.onEvent(tell.event);
    else if (tell.type === "refused") end.reject(cliErrorOf(tell.reason, tell.message));
    else if (tell.type === "left") end.resolve({ kind: "left" });
    else if (tell.type === "taken-back") end.resolve({ kind: "taken-back", end: tell });
  };
  void connection.closed.then(() => end.resolve({ kind: "host-gone" }));
  connection.socket.send({ type: "share", request });
  const leave = (): void => {
    connection.socket.send({ type: "leave" });
    setTimeout(() => end.resolve({ kind: "left" }), LEAVE_MS).unref();
  };
  stop.addEventListener("abort", leave, { once: true });
  try {
    if (stop.aborted) leave();
    return await end.promise;
  } finally {
    stop.removeEventListener("abort", leave);
    connection.socket.destroy();
  }
}

/** Asks one question. @returns undefined if there is no answer */
export async function ask<Type extends Tell["type"]>(
  connection: HostConnection,
  question: object,
  type: Type,
): Promise<Extract<Tell, { type: Type }> | undefined> {
  const answer = createDeferred<Extract<Tell, { type: Type }> | undefined>();
  connection.onTell = (tell) => {
    if (tell.type === type) answer.resolve(tell as Extract<Tell, { type: Type }>);
  };
  void connection.closed.then(() => answer.resolve(undefined));
  connection.socket.send(question);
  try {
    return await withDeadline(
      ANSWER_MS,
      undefined,
      () => new Error("no answer"),
      () => answer.promise,
    );
  } catch {
    return undefined;
  } finally {
    connection.socket.destroy();
  }
}

/** How long an answer may take, milliseconds: a share that is taken back says goodbye to its viewers, and is revoked at its relay. */
const ANSWER_MS = 10_000;
