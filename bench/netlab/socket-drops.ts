import { readFile } from "node:fs/promises";

/** One line of /proc/net/udp. */
export interface SocketLine {
  readonly port: number;
  readonly inode: number;
  readonly drops: number;
}

/** Datagrams that sockets dropped because they were not read in time. Any drop invalidates a measurement: the link didn't cause that loss. */
export interface SocketDrops {
  /** Dropped by sockets of the given ports. */
  readonly own: number;
  /** Dropped by all other visible sockets. */
  readonly others: number;
  /** Local ports of all sockets that dropped any. */
  readonly ports: readonly { readonly port: number; readonly drops: number }[];
}

export interface SocketDropWatch {
  /** Drops since the watch began. */
  read(ownPorts: readonly number[]): Promise<SocketDrops>;
  stop(): void;
}

const TABLES = ["/proc/net/udp", "/proc/net/udp6"];

/** How often the tables are read, milliseconds. When a socket is closed, its count is lost. */
const SAMPLE_MS = 250;

const HEX = 16;
const LOCAL_FIELD = 1;
const INODE_FIELD = 9;
const DROPS_FIELD = 12;

/** Parses a table in the format of /proc/net/udp. */
export function parseSocketTable(table: string): SocketLine[] {
  return table
    .split("\n")
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields.length > DROPS_FIELD)
    .map((fields) => ({
      port: Number.parseInt(fields[LOCAL_FIELD]!.split(":")[1]!, HEX),
      inode: Number(fields[INODE_FIELD]),
      drops: Number(fields[DROPS_FIELD]),
    }));
}

/** Watches the drops of all UDP sockets from now on. Without such a table (not Linux) it reports none. */
export async function watchSocketDrops(): Promise<SocketDropWatch> {
  const before = new Map((await readTables()).map((line) => [line.inode, line.drops]));
  const seen = new Map<number, SocketLine>();
  const sample = async (): Promise<void> => {
    for (const line of await readTables()) seen.set(line.inode, line);
  };
  const timer = setInterval(() => void sample(), SAMPLE_MS);
  timer.unref();
  return {
    async read(ownPorts) {
      await sample();
      const own = new Set(ownPorts);
      const ports = [...seen.values()]
        .map(({ port, inode, drops }) => ({ port, drops: drops - (before.get(inode) ?? 0) }))
        .filter(({ drops }) => drops > 0);
      const sum = (mine: boolean): number => ports.reduce((total, { port, drops }) => (own.has(port) === mine ? total + drops : total), 0);
      return { own: sum(true), others: sum(false), ports };
    },
    stop: () => clearInterval(timer),
  };
}

async function readTables(): Promise<SocketLine[]> {
  const tables = await Promise.all(TABLES.map((path) => readFile(path, "utf8").catch(() => "")));
  return tables.flatMap(parseSocketTable);
}
