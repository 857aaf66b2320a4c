/* Other ways to copy a folder over the same distance: rsync's own protocol, and a zip that is made while it is sent over plain HTTP. */
import { execFile, spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { userInfo } from "node:os";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";

import { freePort } from "@rangecast/e2e/lib/free-port";
import type { Cleanup } from "@rangecast/testkit/processes/cleanup";

import { delayTcp } from "../../rig/delayed-tcp.ts";

const HOST = "127.0.0.1";
/** Longest that a copy may take, milliseconds: it ends a hanging run. */
const LIMIT_MS = 120_000;
/** Longest wait for rsync's daemon to listen, milliseconds, and the pause between two tries. */
const START_LIMIT_MS = 10_000;
const RETRY_MS = 50;

export interface FolderPeer {
  readonly name: string;
  /** Copies the shared folder into another one, where it keeps its name. @param into an empty folder */
  copy(into: string): Promise<void>;
}

const run = promisify(execFile);

/** Those whose programs are installed. @param delayMs of each direction */
export async function folderPeers(folder: string, options: PeerOptions): Promise<FolderPeer[]> {
  const peers: FolderPeer[] = [];
  if (await has("rsync")) peers.push(await rsyncPeer(folder, options));
  else console.error("rsync isn't installed: it is left out.");
  if ((await has("zip")) && (await has("unzip"))) peers.push(await zipPeer(folder, options));
  else console.error("zip or unzip isn't installed: a zip over HTTP is left out.");
  return peers;
}

export interface PeerOptions {
  readonly delayMs: number;
  /** A folder for files of the peers' own. */
  readonly work: string;
  readonly cleanup: Cleanup;
}

async function has(program: string): Promise<boolean> {
  return run(program, ["-h"], { timeout: LIMIT_MS }).then(
    () => true,
    (error: { readonly code?: unknown }) => error.code !== "ENOENT",
  );
}

async function rsyncPeer(folder: string, { delayMs, work, cleanup }: PeerOptions): Promise<FolderPeer> {
  const port = await freePort();
  const config = join(work, "rsyncd.conf");
  // As root, rsync would become "nobody", who may not read the folder.
  const { uid, gid } = userInfo();
  await writeFile(
    config,
    `use chroot = no\nuid = ${uid}\ngid = ${gid}\npid file = ${join(work, "rsyncd.pid")}\n[tree]\npath = ${dirname(folder)}\nread only = yes\n`,
  );
  const daemon = spawn("rsync", ["--daemon", "--no-detach", `--address=${HOST}`, `--port=${port}`, `--config=${config}`], {
    stdio: "ignore",
  });
  cleanup.add(() => {
    daemon.kill();
    return Promise.resolve();
  });
  const far = await delayTcp(port, delayMs, cleanup);
  const copy = async (into: string): Promise<void> =>
    void (await run("rsync", ["-a", `rsync://${HOST}:${far}/tree/${basename(folder)}`, into], { timeout: LIMIT_MS }));
  await listening(port);
  return { name: "rsync", copy };
}

async function zipPeer(folder: string, { delayMs, work, cleanup }: PeerOptions): Promise<FolderPeer> {
  const server = createServer((_request, response) => {
    const zip = spawn("zip", ["-0", "-q", "-r", "-", basename(folder)], { cwd: dirname(folder), stdio: ["ignore", "pipe", "ignore"] });
    response.writeHead(200, { "Content-Type": "application/zip" });
    zip.stdout.pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
  cleanup.add(() => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  });
  const far = await delayTcp((server.address() as AddressInfo).port, delayMs, cleanup);
  return {
    name: "zip over HTTP",
    async copy(into) {
      const file = join(work, "tree.zip");
      await run("curl", ["-s", "-o", file, `http://${HOST}:${far}/`], { timeout: LIMIT_MS });
      await run("unzip", ["-q", "-o", file, "-d", into], { timeout: LIMIT_MS });
    },
  };
}

/** Waits until rsync's daemon answers. */
async function listening(port: number): Promise<void> {
  for (const start = performance.now(); performance.now() - start < START_LIMIT_MS;) {
    const answers = await run("rsync", [`rsync://${HOST}:${port}/`], { timeout: LIMIT_MS }).then(
      () => true,
      () => false,
    );
    if (answers) return;
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
  throw new Error("rsync's daemon doesn't listen");
}
