/** Adds the PATHs of the command line to a tree's download, each at its place. */
import { byFirstName, missing } from "./choose-goal.ts";
import type { TreeFetcher } from "./tree-fetcher.ts";
import type { TreeFolder } from "./tree-folder.ts";
import { joinPath } from "./tree-path.ts";
import type { WalkItem } from "./tree-walk.ts";

/** @param paths the names of each, relative to the folder @throws CliError `not-found`, `usage`; {@link ClientError} */
export async function selectPaths(
  fetcher: TreeFetcher,
  folder: TreeFolder,
  paths: readonly (readonly Buffer[])[],
  signal: AbortSignal,
): Promise<void> {
  const items = new Map((await fetcher.list(folder, signal)).map((item) => [Buffer.from(item.entry.name).toString("latin1"), item]));
  const chosen: WalkItem[] = [];
  for (const [name, rests] of byFirstName(paths)) {
    const item = items.get(name);
    if (item === undefined) throw missing(joinPath(folder.path, Buffer.from(name, "latin1")));
    const { entry, local } = item;
    if (rests.some((rest) => rest.length === 0)) chosen.push(item);
    else if (entry.kind === "file") throw missing(joinPath(joinPath(folder.path, entry.name), rests[0]?.[0] ?? Buffer.alloc(0)));
    else {
      folder.expect(1);
      await selectPaths(fetcher, folder.child(entry.name, local, folder.included), rests, signal);
    }
  }
  fetcher.add(folder, chosen);
  await folder.done();
}
