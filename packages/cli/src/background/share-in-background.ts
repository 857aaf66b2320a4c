/** `rangecast share --background`: has the share kept by the process in the background, which is started if there is none. */
import { spawn } from "node:child_process";
import { mkdir, open, stat } from "node:fs/promises";
import type { Socket } from "node:net";
import { join } from "node:path";
import { createDeferred, sleep, withDeadline } from "@rangecast/base";
import type { Context } from "../context.ts";
import { CliError, cliErrorOf } from "../failure/cli-error.ts";
import { MessageSocket } from "../local-socket/message-socket.ts";
import { connectTo } from "../local-socket/place.ts";
import { openSocketFolder, SocketFolderError } from "../local-socket/socket-folder.ts";
import type { ReadyEvent } from "../share/report/share-event.ts";
import { KEEP_PROTOCOL, type KeepAsk, type KeepTell, keepTellSchema, SERVICE_PLACE } from "./keep-messages.ts";

/** How long the process in the background may take to start, milliseconds. A busy machine needs seconds. */
const START_MS = 20_000;
const START_PAUSE_MS = 50;
/** How long a link may take, milliseconds: reaching the relay has 8 s, explaining why it can't be reached 12, a tunnel a minute. */
const READY_MS = 90_000;

/** The log is begun again when it is longer, bytes. */
const MAX_LOG_BYTES = 1_000_000;
const PRIVATE_MODE = 0o600;
const PRIVATE_FOLDER_MODE = 0o700;

/** Where the process in the background writes what happens. */
export function logFileOf(stateFolder: string): string {
  return join(stateFolder, "service.log");
}

/** @returns what to report; undefined if it was stopped. The share goes on when this process ends. @throws CliError */
export async function shareInBackground(
  ask: Omit<KeepAsk, "protocol">,
  stateFolder: string,
  { stop }: Pick<Context, "stop">,
): Promise<ReadyEvent | undefined> {
  try {
    const socket = await reachService(stateFolder, stop.signal);
    return await withDeadline(READY_MS, stop.signal, noAnswer, () => keep(socket, { protocol: KEEP_PROTOCOL, ...ask }));
  } catch (error) {
    if (stop.signal.aborted) return undefined;
    if (error instanceof SocketFolderError)
      throw new CliError("bad-config", `Nothing can be shared in the background: ${error.message}.`, { cause: error });
    throw error;
  }
}

function noAnswer(): CliError {
  return new CliError("service-failed", `The process in the background doesn't answer. ${HOW_TO_STOP}`);
}

const HOW_TO_STOP = "End it, and try again: it is `rangecast service run` in the list of processes.";

async function reachService(stateFolder: string, signal: AbortSignal): Promise<Socket> {
  const folder = await openSocketFolder(stateFolder);
  const running = await connectTo(folder, SERVICE_PLACE);
  if (running !== undefined) return running;
  const log = logFileOf(stateFolder);
  const ended = await startService(log);
  return withDeadline(
    START_MS,
    signal,
    () => new CliError("service-failed", `The process in the background did not start in time. See ${log}.`),
    async (until) => {
      for (;;) {
        const socket = await connectTo(folder, SERVICE_PLACE);
        if (socket !== undefined) return socket;
        if (ended.aborted) throw new CliError("service-failed", `The process in the background ended at once. See ${log}.`);
        await sleep(START_PAUSE_MS, until);
      }
    },
  );
}

/** Starts this program again, without a terminal. @returns aborts if it ends */
async function startService(log: string): Promise<AbortSignal> {
  await mkdir(join(log, ".."), { recursive: true, mode: PRIVATE_FOLDER_MODE });
  const isLong = await stat(log).then(
    ({ size }) => size > MAX_LOG_BYTES,
    () => false,
  );
  const handle = await open(log, isLong ? "w" : "a", PRIVATE_MODE);
  const ended = new AbortController();
  try {
    const program = [...process.execArgv, process.argv[1] ?? "", "service", "run", "--wait"];
    const child = spawn(process.execPath, program, {
      detached: true,
      stdio: ["ignore", handle.fd, handle.fd],
      cwd: "/",
      windowsHide: true,
    });
    child.on("error", () => ended.abort());
    child.on("exit", () => ended.abort());
    child.unref();
  } finally {
    await handle.close();
  }
  return ended.signal;
}

async function keep(socket: Socket, ask: KeepAsk): Promise<ReadyEvent> {
  const ready = createDeferred<ReadyEvent>();
  const messages = new MessageSocket<KeepTell>(socket, keepTellSchema, (tell) => {
    if (tell.type === "refused") ready.reject(cliErrorOf(tell.reason, tell.message));
    else if (tell.event.event === "ready") ready.resolve(tell.event);
  });
  void messages.closed.then(() => ready.reject(noAnswer()));
  messages.send(ask);
  try {
    return await ready.promise;
  } finally {
    messages.end();
  }
}
