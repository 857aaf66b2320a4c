/** What a line of the log says beside its words. */
export type LogFields = Readonly<Record<string, unknown>>;

/**
 * Where the daemon says what it does. Levels: `error` something of ours is broken; `warn` a peer or the relay misbehaves, and we go on;
 * `info` one line per change of a session's life; `debug` the rest. Nothing is logged more than about once a second.
 */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/** The logger of a caller who gave none. */
export const silentLogger: Logger = { debug: ignore, info: ignore, warn: ignore, error: ignore };

/** A logger that adds the same fields to every line. */
export function withFields(logger: Logger, fields: LogFields): Logger {
  return {
    debug: (message, more) => logger.debug(message, { ...fields, ...more }),
    info: (message, more) => logger.info(message, { ...fields, ...more }),
    warn: (message, more) => logger.warn(message, { ...fields, ...more }),
    error: (message, more) => logger.error(message, { ...fields, ...more }),
  };
}

function ignore(): void {}
