/** The relay that a share used last, kept so that it can be offered. Unlike the setting `relay` it is never used without being asked for. */
import { join } from "node:path";
import { readPrivateFile, writePrivateFile } from "@rangecast/daemon";
import { parseOrigin } from "../usage/option-values.ts";

const fileIn = (stateFolder: string): string => join(stateFolder, "recent-relay.txt");
/** Longest address that is read, characters: the file may have been edited. */
const MAX_CHARACTERS = 2048;

/** @returns undefined if there is none, or none that can be read: nothing depends on it */
export async function readRecentRelay(stateFolder: string): Promise<string | undefined> {
  try {
    const text = await readPrivateFile(fileIn(stateFolder));
    return text === undefined || text.length > MAX_CHARACTERS ? undefined : parseOrigin(text.trim());
  } catch {
    return undefined;
  }
}

/** @throws the system's error */
export async function keepRecentRelay(stateFolder: string, relay: string): Promise<void> {
  if ((await readRecentRelay(stateFolder)) !== relay) await writePrivateFile(fileIn(stateFolder), `${relay}\n`);
}
