/** Where the link comes from. It holds the secret, and other users of a machine can read a program's arguments, but not its environment or input. */
import { LinkError, parseLink, type ShareLink } from "@rangecast/signal";
import { CliError } from "../failure/cli-error.ts";

/** Longest text that is read, characters: a link is under 200. */
const MAX_TEXT_CHARACTERS = 4096;
/** How long more is waited for behind a line break, milliseconds: the lines of one paste come at once, and a link may have been wrapped. */
const PASTE_REST_MS = 100;

export interface LinkInput {
  /** `LINK`; `-` or nothing: from elsewhere. */
  readonly argument: string | undefined;
  readonly env: NodeJS.ProcessEnv;
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly signal: AbortSignal;
  /** Asks a person at a terminal for it. */
  readonly prompt: (text: string) => void;
}

/**
 * The argument; without one RANGECAST_LINK; without that, or for `-`, the first link on standard input.
 * @throws CliError `usage` without any, `bad-link`; the signal's reason
 */
export async function readLink({ argument, env, stdin, signal, prompt }: LinkInput): Promise<ShareLink> {
  const kept = env["RANGECAST_LINK"];
  if (argument !== undefined && argument !== "-") return parse(argument);
  if (argument === undefined && kept !== undefined && kept.trim() !== "") return parse(kept);
  if (stdin.isTTY === true) prompt("Paste the link, and press Enter:");
  const text = await pastedText(stdin, signal);
  return parse(text);
}

/** What a person should know about the link that was given. */
export function noticesOfLink({ secretInPath }: ShareLink): string[] {
  if (secretInPath !== true) return [];
  return [
    "The # of this link came as %23. Where it was opened like that in a browser, its key was sent to the server of the page. " +
      'If that server is not to be trusted, ask the host to share the file with "rangecast share --ephemeral", which makes another link.',
  ];
}

function parse(text: string): ShareLink {
  if (text.trim() === "")
    throw new CliError("usage", 'Which link? Give it in quotes, as "rangecast get LINK", in RANGECAST_LINK or on standard input.');
  try {
    return parseLink(text);
  } catch (error) {
    if (!(error instanceof LinkError)) throw error;
    const words = error.message.charAt(0).toUpperCase() + error.message.slice(1);
    throw new CliError("bad-link", `${words}. Copy the whole link, and put it in quotes.`, { cause: error });
  }
}

/** What comes up to a line break, and what comes with it. */
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
    const finish = (): void => end(() => resolve(text.slice(0, MAX_TEXT_CHARACTERS)));
    const onAbort = (): void => end(() => reject(signal.reason));
    const listeners = [
      [
        "data",
        (chunk: Buffer | string) => {
          text += chunk.toString();
          clearTimeout(rest);
          if (text.length > MAX_TEXT_CHARACTERS) finish();
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
