/** One process at a time has a place, by listening on its socket. The system closes the socket of a process that ends, however it ends. */
import { rm } from "node:fs/promises";
import { connect, createServer, type Server, type Socket } from "node:net";
import { whileLocked } from "@rangecast/daemon";
import { systemCode } from "../failure/cli-error.ts";
import { isOwnSocket, type SocketFolder, SocketFolderError } from "./socket-folder.ts";

export type Place =
  /** It is ours: the server listens. */
  | { readonly kind: "ours"; readonly server: Server }
  /** Another process has it: a connection to it. */
  | { readonly kind: "taken"; readonly socket: Socket };

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
    return other === undefined ? { kind: "ours", server: await listenAt(folder, name) } : { kind: "taken", socket: other };
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
export async function listenAt(folder: SocketFolder, name: string): Promise<Server> {
  const path = folder.pathOf(name);
  if (process.platform !== "win32") await rm(path, { force: true });
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("listening", resolve).once("error", reject);
      server.listen(path);
    });
  } catch (cause) {
    throw new SocketFolderError("unusable", `${path} can't be listened on (${systemCode(cause) ?? "unknown"})`, { cause });
  }
  return server;
}

function opened(socket: Socket): Promise<Socket> {
  return new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.once("connect", () => {
      socket.off("error", reject);
      // `close` follows, and whoever uses the connection listens for that.
      socket.on("error", () => undefined);
      resolve(socket);
    });
  });
}
