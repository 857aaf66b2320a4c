import type { FileSource } from "./file-source.ts";

/** The name that viewers are told: the given one, or the file's own where none or an empty one is given. */
export function nameOf(given: string | undefined, source: Pick<FileSource, "name">): string {
  return given === undefined || given.trim() === "" ? source.name : given;
}
