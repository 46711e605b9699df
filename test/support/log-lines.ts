import type { LogFields, Logger } from '../../src/domain/logger.ts';

/** A logger that stores the lines of all levels as texts. */
export function keepLines(): { readonly log: Logger; readonly lines: readonly string[] } {
  const lines: string[] = [];
  const open = (more: LogFields): Logger => {
    const at = (level: string) => (fields: LogFields, message: string) =>
      void lines.push(JSON.stringify({ level, message, ...more, ...fields }));
    return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error'), child: (fields) => open({ ...more, ...fields }) };
  };
  return { log: open({}), lines };
}
