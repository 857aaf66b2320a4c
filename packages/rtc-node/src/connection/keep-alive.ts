const held = new Set<object>();

/** Keeps a connection from being garbage-collected until {@link letGo}, since only native code may refer to it. */
export function keepAlive(connection: object): void {
  held.add(connection);
}

export function letGo(connection: object): void {
  held.delete(connection);
}

/** Number of connections that are not closed, for leak tests. */
export function openConnections(): number {
  return held.size;
}
