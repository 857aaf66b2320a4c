/** The `error` code in a relay's JSON response; undefined if the text is not from a relay. */
export function relayErrorCode(text: string): string | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const code = typeof json === "object" && json !== null && "error" in json ? json.error : undefined;
  return typeof code === "string" && /^[a-z\d-]{1,40}$/.test(code) ? code : undefined;
}

export function roundMs(ms: number): string {
  return `${Math.max(1, Math.round(ms))} ms`;
}
