/** Standard output and error, with a live block below the lines that is redrawn in place if the output is a terminal. */
import { createLogUpdate } from "log-update";
import type { WriteStream } from "node:tty";

/** Assumed size of a terminal that doesn't report one. */
const DEFAULT_COLUMNS = 80;
const DEFAULT_ROWS = 24;

export type Output = NodeJS.WritableStream & Partial<Pick<WriteStream, "columns" | "rows" | "isTTY">>;

export type TerminalSize = Pick<Terminal, "columns" | "rows">;

export interface Terminal {
  /** Whether the output is a terminal, so that the live block and the QR code can be shown. */
  readonly interactive: boolean;
  readonly columns: number;
  readonly rows: number;
  /** Prints one or more lines on standard output. */
  print(text: string): void;
  /** Prints one or more lines on standard error. */
  warn(text: string): void;
  /** Replaces the live block; an empty text removes it. Does nothing if the output is not a terminal. */
  live(text: string): void;
  /** Reserves standard output for the bytes of a file: everything else goes to standard error. Call it before printing anything. */
  divert(): void;
  /** Whether divert() was called. */
  readonly diverted: boolean;
  /** Leaves the live block as it is, and shows the cursor again. */
  end(): void;
}

export function createTerminal({ stdout, stderr }: { readonly stdout: Output; readonly stderr: Output }): Terminal {
  let out = stdout;
  let block = liveBlock(out);
  let shown = "";
  /** Writes above the live block, and redraws the block below. */
  const above = (write: () => void): void => {
    if (shown !== "") block?.clear();
    write();
    if (shown !== "") block?.(shown);
  };
  return {
    get interactive() {
      return block !== undefined;
    },
    get columns() {
      return out.columns ?? DEFAULT_COLUMNS;
    },
    get rows() {
      return out.rows ?? DEFAULT_ROWS;
    },
    get diverted() {
      return out !== stdout;
    },
    divert: () => {
      out = stderr;
      block = liveBlock(out);
    },
    print: (text) => above(() => out.write(`${text}\n`)),
    warn: (text) => above(() => stderr.write(`${text}\n`)),
    live: (text) => {
      if (block === undefined || text === shown) return;
      shown = text;
      if (text === "") block.clear();
      else block(text);
    },
    end: () => {
      block?.done();
      shown = "";
    },
  };
}

function liveBlock(out: Output): ReturnType<typeof createLogUpdate> | undefined {
  return out.isTTY === true ? createLogUpdate(out) : undefined;
}
