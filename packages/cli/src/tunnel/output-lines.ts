/** Longest line that is read, characters; the rest of it is dropped. A log line with an address has about 200. */
const MAX_LINE = 4096;
/** How much output is searched for an address, characters: it is printed at the start, and a log may go on for days. */
const MAX_SEARCHED = 262_144;
/** Number of last lines that are kept for messages. */
const KEPT_LINES = 5;
/** Colours and other sequences of terminals (ECMA-48, 5.4). */
// oxlint-disable-next-line no-control-regex
const ESCAPES = /\u001B\[[0-?]*[ -/]*[@-~]/gu;

/** One output of a tunnel's program, in lines. What it keeps is capped, however much the program prints. */
export class OutputLines {
  readonly #onLine: (line: string) => void;
  readonly #last: string[] = [];
  #line = "";
  #searched = 0;

  /** @param onLine called with each line of the beginning */
  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  /** The last lines that are not blank, oldest first. */
  get last(): readonly string[] {
    return this.#last;
  }

  add(text: string): void {
    const [first = "", ...rest] = text.split(/[\r\n]+/u);
    this.#append(first);
    for (const part of rest) {
      this.#endLine();
      this.#append(part);
    }
  }

  /** Ends the last line, which may lack its line break. */
  end(): void {
    this.#endLine();
  }

  #append(text: string): void {
    this.#line += text.slice(0, MAX_LINE - this.#line.length);
  }

  #endLine(): void {
    const line = this.#line.replaceAll(ESCAPES, "").trimEnd();
    this.#line = "";
    if (line === "") return;
    this.#last.push(line);
    if (this.#last.length > KEPT_LINES) this.#last.shift();
    this.#searched += line.length;
    if (this.#searched <= MAX_SEARCHED) this.#onLine(line);
  }
}
