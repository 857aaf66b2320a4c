/** An error as it travels between threads: a thrown value may hold what can't be copied, and an error's own class is lost on the way. */
export interface PlainError {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
}

/** What of a thrown value can travel. */
export function plainError(thrown: unknown): PlainError {
  if (!(thrown instanceof Error)) return { name: "Error", message: String(thrown) };
  const { name, message, stack } = thrown;
  return { name, message, ...(stack === undefined ? {} : { stack }) };
}

/** An error of that name, with the words and the stack of where it was thrown. */
export function errorOf({ name, message, stack }: PlainError): Error {
  return Object.assign(new Error(message), { name }, stack === undefined ? {} : { stack });
}
