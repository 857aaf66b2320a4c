/** What the running processes of this user share, asked over their sockets. */
import { userFolders } from "../config/folders.ts";
import type { Context } from "../context.ts";
import type { RunningShare } from "../hosting/daemon-host.ts";
import { ask } from "../hosting/guest.ts";
import type { TakenBack } from "../hosting/hosted-share.ts";
import { transportOf } from "../hosting/messages.ts";
import { connectToAll } from "../hosting/sharer.ts";
import { openSocketFolder } from "../local-socket/socket-folder.ts";

/** The shares whose link works now, by their ids. */
export async function runningShares({ env }: Pick<Context, "env">): Promise<Map<string, RunningShare>> {
  const { stateFolder } = await userFolders();
  const processes = await connectToAll(await openSocketFolder(stateFolder), transportOf(env));
  const answers = await Promise.all(processes.map((process) => ask(process, { type: "list" }, "shares")));
  const running = new Map<string, RunningShare>();
  for (const share of answers.flatMap((answer) => answer?.shares ?? [])) {
    const known = running.get(share.info.id);
    running.set(share.info.id, { ...share, viewers: share.viewers + (known?.viewers ?? 0) });
  }
  return running;
}

/** Takes a share back, in whatever processes have it. @returns whether one had it */
export async function takeBack(id: string, end: TakenBack, { env }: Pick<Context, "env">): Promise<boolean> {
  const { stateFolder } = await userFolders();
  const processes = await connectToAll(await openSocketFolder(stateFolder), transportOf(env));
  const answers = await Promise.all(processes.map((process) => ask(process, { type: "take-back", id, ...end }, "done")));
  return answers.some((answer) => answer?.found === true);
}
