/**
 * Reads the link. It contains the secret of the share, and other users of the machine can see a program's arguments, but not its environment or
 * standard input.
 */
import { LinkError, MAX_LINK_CHARACTERS, parseLink, type ShareLink } from "@rangecast/signal";
import { CliError } from "../failure/cli-error.ts";
import { capitalize } from "../format.ts";

/** How long to wait for more text after a line break, milliseconds: a pasted link may be wrapped over several lines. */
const PASTE_REST_MS = 100;

export interface LinkInput {
  /** The LINK argument; `-` means standard input. */
  readonly argument: string | undefined;
  readonly env: NodeJS.ProcessEnv;
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly signal: AbortSignal;
  /** Asks a user at a terminal for the link. */
  readonly prompt: (text: string) => void;
}

/**
 * Reads the link from the argument, from RANGECAST_LINK if there is no argument, or from standard input if there is neither or the argument is `-`.
 * @throws CliError `usage` if there is none, `bad-link`; the signal's reason
 */
export async function readLink({ argument, env, stdin, signal, prompt }: LinkInput): Promise<ShareLink> {
  const kept = env["RANGECAST_LINK"];
  if (argument !== undefined && argument !== "-") return parse(argument);
  if (argument === undefined && kept !== undefined && kept.trim() !== "") return parse(kept);
  if (stdin.isTTY === true) prompt("Paste the link and press Enter:");
  const text = await pastedText(stdin, signal);
  return parse(text);
}

/** What the user should know about the link. */
export function noticesOfLink({ secretInPath }: ShareLink): string[] {
  if (secretInPath !== true) return [];
  return [
    "The # in this link is encoded as %23. If a browser opened it like that, its key was sent to the server of the page. " +
      'If you don\'t trust that server, ask the host to share the file with "rangecast share --ephemeral", which creates another link.',
  ];
}

function parse(text: string): ShareLink {
  if (text.trim() === "")
    throw new CliError("usage", "Which link? Give it in quotes (rangecast get 'LINK'), in RANGECAST_LINK, or on standard input.");
  try {
    return parseLink(text);
  } catch (error) {
    if (!(error instanceof LinkError)) throw error;
    throw new CliError("bad-link", `${capitalize(error.message)}. Copy the whole link, and put it in quotes.`, { cause: error });
  }
}

/** The text up to the first line break, and what follows it within PASTE_REST_MS. */
function pastedText(stdin: NodeJS.ReadableStream, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    let rest: NodeJS.Timeout | undefined;
    const end = (settle: () => void): void => {
      clearTimeout(rest);
      stdin.pause();
      for (const [name, listener] of listeners) stdin.off(name, listener);
      signal.removeEventListener("abort", onAbort);
      settle();
    };
    const finish = (): void => end(() => resolve(text.slice(0, MAX_LINK_CHARACTERS)));
    const onAbort = (): void => end(() => reject(signal.reason));
    const listeners = [
      [
        "data",
        (chunk: Buffer | string) => {
          text += chunk.toString();
          clearTimeout(rest);
          if (text.length > MAX_LINK_CHARACTERS) finish();
          else if (/[\r\n]/u.test(text)) rest = setTimeout(finish, PASTE_REST_MS);
        },
      ],
      ["end", finish],
      ["error", (error: Error) => end(() => reject(error))],
    ] as const;
    if (signal.aborted) return reject(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    for (const [name, listener] of listeners) stdin.on(name, listener);
  });
}
