import { join } from "node:path";
import envPaths from "env-paths";

/** Where this user's settings and keys lie, by the platform's own custom (XDG on Linux). */
export interface Folders {
  /** The settings: kept relay and page. */
  readonly configFile: string;
  /** The daemon's long-lived key: it proves that a share is ours. Nobody else may read it. */
  readonly identityFile: string;
}

export function userFolders(): Folders {
  const paths = envPaths("rangecast", { suffix: "" });
  return { configFile: join(paths.config, "config.json"), identityFile: join(paths.data, "identity.json") };
}
