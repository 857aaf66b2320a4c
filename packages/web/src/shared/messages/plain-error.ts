/** An error that can be sent between threads: a thrown value may contain what can't be cloned, and cloning loses an error's class. */
export interface PlainError {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
}

/** The parts of a thrown value that can be cloned. */
export function plainError(thrown: unknown): PlainError {
  if (!(thrown instanceof Error)) return { name: "Error", message: String(thrown) };
  const { name, message, stack } = thrown;
  return { name, message, ...(stack === undefined ? {} : { stack }) };
}

/** An error with that name, message and stack. */
export function errorOf({ name, message, stack }: PlainError): Error {
  return Object.assign(new Error(message), { name }, stack === undefined ? {} : { stack });
}
