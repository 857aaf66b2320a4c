const held = new Set<object>();

/** Holds a connection until {@link letGo}: nothing else may refer to it while its native half is at work. */
export function keepAlive(connection: object): void {
  held.add(connection);
}

export function letGo(connection: object): void {
  held.delete(connection);
}

/** Connections that were made and not closed: tests look for leaks with it. */
export function openConnections(): number {
  return held.size;
}
