/** One process at a time has a place, by listening on its socket. The system closes the socket of a process that ends, however it ends. */
import { rm } from "node:fs/promises";
import { connect, createServer, type Server, type Socket } from "node:net";
import { whileLocked } from "@rangecast/daemon";
import { systemCode } from "../failure/cli-error.ts";
import { isOwnSocket, type SocketFolder, SocketFolderError } from "./socket-folder.ts";

export type Place =
  | { readonly kind: "ours"; readonly place: OwnPlace }
  /** Another process has it: a connection to it. */
  | { readonly kind: "taken"; readonly socket: Socket };

/** A place that this process has. */
export interface OwnPlace {
  /** Calls back for each connection, also for those that were made before. Call it once. */
  readonly accept: (onConnection: (socket: Socket) => void) => void;
  /** Gives the place back. Resolves when all connections are closed. */
  readonly close: () => Promise<void>;
}

/** Most connections at once: one for each share of a daemon, and some for `list` and `revoke`. */
const MAX_CONNECTIONS = 300;

/**
 * Takes a place, or connects to the process that has it. Sockets that are left over from a killed process are removed, under a lock, so that two processes
 * don't take it at once.
 * @throws {SocketFolderError} `unsafe` for another user's socket, `unusable` if the system refuses to listen
 */
export async function takePlace(folder: SocketFolder, name: string): Promise<Place> {
  const socket = await connectTo(folder, name);
  if (socket !== undefined) return { kind: "taken", socket };
  return whileLocked(folder.lockOf(name), async () => {
    const other = await connectTo(folder, name);
    return other === undefined ? { kind: "ours", place: await listenAt(folder, name) } : { kind: "taken", socket: other };
  });
}

/** @returns undefined if no process listens there. @throws {SocketFolderError} `unsafe` */
export async function connectTo(folder: SocketFolder, name: string): Promise<Socket | undefined> {
  const path = folder.pathOf(name);
  try {
    if (!(await isOwnSocket(path))) throw new SocketFolderError("unsafe", `${path} is not a socket of this user`);
    return await opened(connect(path));
  } catch (error) {
    if (NOBODY.has(systemCode(error) ?? "")) return undefined;
    throw error;
  }
}

/** Errors that say that no process listens. */
const NOBODY: ReadonlySet<string> = new Set(["ENOENT", "ECONNREFUSED", "ECONNRESET", "EPIPE", "ENXIO"]);

/** Listens at the socket with this name, where no process listens. @throws {SocketFolderError} `unusable` */
export async function listenAt(folder: SocketFolder, name: string): Promise<OwnPlace> {
  const path = folder.pathOf(name);
  if (process.platform !== "win32") await rm(path, { force: true });
  const server = createServer();
  server.maxConnections = MAX_CONNECTIONS;
  // Processes that connect while this one still prepares wait.
  const early: Socket[] = [];
  const keepEarly = (socket: Socket): void => void early.push(socket.on("error", () => undefined));
  server.on("connection", keepEarly);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("listening", resolve).once("error", reject);
      server.listen(path);
    });
  } catch (cause) {
    throw new SocketFolderError("unusable", `${path} can't be listened on (${systemCode(cause) ?? "unknown"})`, { cause });
  }
  // Such as too many open files: processes that connect find another host, or host their shares themselves.
  server.on("error", () => undefined);
  return {
    accept: (onConnection) => {
      server.off("connection", keepEarly).on("connection", onConnection);
      for (const socket of early.splice(0)) if (!socket.destroyed) onConnection(socket);
    },
    close: () => closeServer(server, early),
  };
}

async function closeServer(server: Server, early: readonly Socket[]): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  for (const socket of early) socket.destroy();
  await closed;
}

function opened(socket: Socket): Promise<Socket> {
  return new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.once("connect", () => {
      socket.off("error", reject);
      // `close` follows, and the user of the connection listens for that.
      socket.on("error", () => undefined);
      resolve(socket);
    });
  });
}
