import type { LocalContent, LocalFile } from "./local-content.ts";
import { LocalError } from "./local-content.ts";

/**
 * The content of a share of one file: the file under its name, and a page for it.
 * @param name a safe file name, see saveName()
 * @param open opens the current version. @throws {LocalError}
 */
export function singleFile(name: string, open: (signal: AbortSignal) => Promise<LocalFile>): LocalContent {
  const path = encodeURIComponent(name);
  return {
    path,
    find: async (names, signal) => {
      const [first, ...rest] = names.map(String);
      if (rest.length > 0 || (first !== undefined && first !== name)) throw new LocalError("not-found", "there is no such file");
      const file = await open(signal);
      if (first === name) return { kind: "file", file };
      await file.close();
      return { kind: "page", shown: { ...factsOf(file), href: path } };
    },
  };
}

function factsOf({ name, size, provisional, mediaType }: LocalFile): Pick<LocalFile, "name" | "size" | "provisional" | "mediaType"> {
  return { name, size, provisional, mediaType };
}
