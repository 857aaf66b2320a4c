import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { decodeList, type FolderList, listPath } from "@rangecast/wire";
import { temporaryFolder } from "@rangecast/testkit/files/temporary-folder";
import type { FolderOptions } from "../folder/folder-rules.ts";
import { FolderTree } from "../folder/folder-tree.ts";
import { inspectPaths } from "../folder/shared-paths.ts";
import type { Resource } from "../resources/resource.ts";

/** A path as bytes, from Latin-1: `\xe9` is a byte that is no UTF-8. */
export const latin1 = (text: string): Buffer => Buffer.from(text, "latin1");

/** A shared folder on the disk. */
export interface FolderBench {
  /** Its path. */
  readonly folder: string;
  /** The folder that contains it. What is there is not shared. */
  readonly outside: string;
  readonly tree: FolderTree;
}

/** Shares a new folder. @param files paths of files in it, whose content is their path; a path that ends in `/` is a folder */
export async function folderBench(files: readonly string[] = [], options: FolderOptions = {}): Promise<FolderBench> {
  const outside = await temporaryFolder();
  const folder = `${outside}/share`;
  await mkdir(folder);
  await fill(folder, files);
  await writeFile(`${outside}/secret`, "outside");
  return { folder, outside, tree: await treeOf([folder], options) };
}

export async function fill(folder: string, files: readonly string[]): Promise<void> {
  for (const file of files) {
    const path = latin1(`${folder}/${file}`);
    await mkdir(file.endsWith("/") ? path : latin1(dirname(`${folder}/${file}`)), { recursive: true });
    if (!file.endsWith("/")) await writeFile(path, latin1(file));
  }
}

export async function treeOf(paths: readonly string[], options: FolderOptions = {}): Promise<FolderTree> {
  return new FolderTree(await inspectPaths(paths), options);
}

/** The content of a file of the tree. */
export async function contentOf(tree: FolderTree, path: string | Uint8Array): Promise<string> {
  const resource = await tree.open(typeof path === "string" ? latin1(path) : path);
  try {
    return (await bytesOf(resource)).toString("latin1");
  } finally {
    await resource.close();
  }
}

export async function listOf(tree: FolderTree, path = ""): Promise<FolderList> {
  const resource = await tree.open(listPath(latin1(path)));
  try {
    return decodeList(await bytesOf(resource));
  } finally {
    await resource.close();
  }
}

/** The names of a list as Latin-1, those of folders with a `/`. */
export async function namesOf(tree: FolderTree, path = ""): Promise<string[]> {
  const { entries } = await listOf(tree, path);
  return entries.map(({ name, kind }) => Buffer.from(name).toString("latin1") + (kind === "folder" ? "/" : ""));
}

async function bytesOf(resource: Resource): Promise<Buffer> {
  const into = Buffer.alloc(resource.size);
  const { bytes } = await resource.read(0, into);
  return into.subarray(0, bytes);
}
