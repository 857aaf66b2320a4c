/** The links that this user holds, whether a process shares them or not. */
import { access } from "node:fs/promises";
import { join } from "node:path";
import { type IdentityStore, openIdentityStore, type ShareRecord } from "@rangecast/daemon";
import { userFolders } from "../config/folders.ts";
import { refusalOf } from "../share/refusals.ts";

/** @returns undefined if nothing was ever shared: then nothing is created. @throws CliError `bad-config` */
export async function openKnownLinks(): Promise<IdentityStore["links"] | undefined> {
  const { stateFolder } = await userFolders();
  try {
    await access(join(stateFolder, "identity.json"));
  } catch {
    return undefined;
  }
  try {
    return (await openIdentityStore(stateFolder)).links;
  } catch (error) {
    throw refusalOf(error, "What is shared", "");
  }
}

/** The display name of what a record is about. */
export function nameOf({ request: { name, path } }: ShareRecord): string {
  const [first = "", ...others] = path.map((each) => each.slice(each.lastIndexOf("/") + 1) || each);
  return name ?? (others.length === 0 ? first : `${first} and ${others.length} more`);
}
