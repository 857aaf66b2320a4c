/** What the system starts at log-in: this program, with the folders of this user. */
import { isAbsolute, resolve } from "node:path";

export interface ServiceProgram {
  /** Absolute: Node, the program's file, and its arguments. */
  readonly command: readonly string[];
  /** What the program needs of the present environment: where settings and keys are. The system starts it without the user's shell. */
  readonly env: Readonly<Record<string, string>>;
}

/** The variables that decide where settings and keys are, and which transport is used. */
const VARIABLES = ["XDG_CONFIG_HOME", "XDG_DATA_HOME", "RANGECAST_TRANSPORT"] as const;

export function serviceProgram(
  env: NodeJS.ProcessEnv,
  { execPath, argv }: Pick<NodeJS.Process, "execPath" | "argv"> = process,
): ServiceProgram {
  const file = argv[1] ?? "";
  const given = VARIABLES.flatMap((name) => {
    const value = env[name];
    return value === undefined || value === "" ? [] : [[name, value] as const];
  });
  return { command: [execPath, isAbsolute(file) ? file : resolve(file), "service", "run"], env: Object.fromEntries(given) };
}
