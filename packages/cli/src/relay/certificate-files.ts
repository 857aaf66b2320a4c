/** The folder of accounts and certificates, readable by this user only. */
import { join } from "node:path";
import type { PrivateFiles } from "../certificate/certificate-store.ts";
import { readPrivateFile, systemErrorWords, writePrivateFile } from "@rangecast/daemon";
import { CliError } from "../failure/cli-error.ts";

/** @param stateFolder of this user */
export function certificateFiles(stateFolder: string): PrivateFiles {
  const pathOf = (name: string): string => join(stateFolder, "certificates", name);
  return {
    read: (name) => orBadConfig("read", pathOf(name), () => readPrivateFile(pathOf(name))),
    write: (name, text) => orBadConfig("written", pathOf(name), () => writePrivateFile(pathOf(name), text)),
  };
}

async function orBadConfig<T>(what: string, path: string, task: () => Promise<T>): Promise<T> {
  try {
    return await task();
  } catch (cause) {
    throw new CliError("bad-config", `The file ${path} can't be ${what}: ${systemErrorWords(cause)}. Check its folder.`, { cause });
  }
}
