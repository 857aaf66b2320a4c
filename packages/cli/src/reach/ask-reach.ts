/** Asks a person at a terminal how others should reach the share. */
import { CliError } from "../failure/cli-error.ts";
import { defaultOffer, type Reach } from "./reach.ts";
import { KEEP_QUESTION, REACH_LINES, reachQuestion } from "./reach-text.ts";

/** How often a question is asked: input that never answers it ends with an error instead of a loop. */
const MAX_TRIES = 5;

export interface Asking {
  readonly print: (text: string) => void;
  /** The next line that is typed; undefined if the input has ended. Rejects if the program is stopped. */
  readonly nextLine: () => Promise<string | undefined>;
}

export interface Answer {
  readonly reach: Reach;
  /** Whether to do the same next time. */
  readonly keep: boolean;
}

/**
 * Says how others can be reached, and asks if there is a choice.
 * @returns undefined if there is none
 * @throws CliError `usage` if the input ends, or has no valid answer; what `nextLine` rejects with
 */
export async function askReach(offers: readonly Reach[], { print, nextLine }: Asking): Promise<Answer | undefined> {
  print([...REACH_LINES, ""].join("\n"));
  if (offers.length < 2) return undefined;
  const ask = <T>(question: string, parse: (answer: string) => T | undefined): Promise<T> =>
    askUntilValid(question, parse, { print, nextLine });
  const usual = defaultOffer(offers);
  const reach = await ask(reachQuestion(offers, usual), (answer) =>
    answer === "" ? offers[usual] : /^\d+$/.test(answer) ? offers[Number(answer) - 1] : undefined,
  );
  const keep = await ask(KEEP_QUESTION, (answer) => (/^(?:y(?:es)?)?$/i.test(answer) ? true : /^no?$/i.test(answer) ? false : undefined));
  print("");
  return { reach, keep };
}

async function askUntilValid<T>(question: string, parse: (answer: string) => T | undefined, { print, nextLine }: Asking): Promise<T> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    print(question);
    const line = await nextLine();
    if (line === undefined) break;
    const answer = parse(line.trim());
    if (answer !== undefined) return answer;
  }
  throw new CliError(
    "usage",
    "The question has no answer. Choose with --relay, --tunnel or --lan, or add --yes for a link on this computer.",
  );
}
