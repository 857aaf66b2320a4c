/* Saves a folder of the share into one of this computer. A script of its own, loaded when somebody does that. */
import type { LocalFolder } from "./local-folder.ts";
import { localNames } from "./local-names.ts";
import { saveTree, type SaveTreeOptions } from "./save-tree.ts";
import { createTreeSource, type TreeSourceOptions } from "./tree-source.ts";

export interface SaveSharedFolderOptions extends TreeSourceOptions, Omit<SaveTreeOptions, "source" | "target"> {
  /** The folder that the person at this computer has picked. */
  readonly picked: LocalFolder;
  /** Of the folder, as it is displayed. */
  readonly name: string;
}

/** @throws as {@link saveTree} */
export async function saveSharedFolder({ picked, name, ...options }: SaveSharedFolderOptions): Promise<void> {
  const target = await folderWithin(picked, name);
  await saveTree({ ...options, source: createTreeSource(options), target });
}

/** The folder to save into: one of the same name in that which was picked, unless it is picked itself. */
async function folderWithin(picked: LocalFolder, name: string): Promise<LocalFolder> {
  const [own = name] = localNames([name]);
  return picked.name === own ? picked : picked.getDirectoryHandle(own, { create: true });
}
