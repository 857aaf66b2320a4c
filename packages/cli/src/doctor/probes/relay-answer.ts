/** The `error` word of a relay's JSON answer; undefined where the text isn't one, so that it is no relay's. */
export function relayWord(text: string): string | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const word = typeof json === "object" && json !== null && "error" in json ? json.error : undefined;
  return typeof word === "string" && /^[a-z\d-]{1,40}$/.test(word) ? word : undefined;
}

export function roundMs(ms: number): string {
  return `${Math.max(1, Math.round(ms))} ms`;
}
