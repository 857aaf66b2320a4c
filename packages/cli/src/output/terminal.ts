/** Standard output and error as one place: lines that stay, and below them a block that is drawn anew in place where both go to a terminal. */
import { createLogUpdate } from "log-update";
import type { WriteStream } from "node:tty";

/** Width and height of a terminal that doesn't say its size: the classic one. */
const DEFAULT_COLUMNS = 80;
const DEFAULT_ROWS = 24;

export type Output = NodeJS.WritableStream & Partial<Pick<WriteStream, "columns" | "rows" | "isTTY">>;

export interface Terminal {
  /** What is told goes to a terminal: the live block and the QR code make sense. */
  readonly interactive: boolean;
  readonly columns: number;
  readonly rows: number;
  /** One or more whole lines to standard output. */
  print(text: string): void;
  /** One or more whole lines to standard error. */
  warn(text: string): void;
  /** Replaces the live block; does nothing where output is no terminal. An empty text takes it away. */
  live(text: string): void;
  /** From now on standard output is for the bytes of a file, and all that is told goes to standard error. Before anything is told. */
  divert(): void;
  /** Whether it was diverted. */
  readonly diverted: boolean;
  /** Leaves the live block as it is, and gives the cursor back. */
  end(): void;
}

export function createTerminal({ stdout, stderr }: { readonly stdout: Output; readonly stderr: Output }): Terminal {
  let out = stdout;
  let block = liveBlock(out);
  let shown = "";
  /** Writes above the live block, which is drawn again below. */
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
