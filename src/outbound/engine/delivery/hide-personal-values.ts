// Removes the personal values of a batch from an error message.
import type { Delivery } from '../../../domain/delivery.ts';
import { messageOf, TargetRefused, TargetUnavailable } from '../../../domain/errors.ts';
import type { FieldValue } from '../../../domain/record.ts';

/** Shorter values are kept: removing every "DE" from a sentence would make it unreadable, and would not protect anyone. */
const shortest = 3;

const mask = '[person]';

/**
 * Removes the values of the records in the batch from a failure of the whole Target: the product may quote them in its answer, and `status`
 * shows the message. Any other error is returned unchanged, as an Error.
 */
export function withoutPersonalValues(error: unknown, batch: readonly Pick<Delivery, 'rows'>[]): Error {
  if (!(error instanceof TargetUnavailable) && !(error instanceof TargetRefused)) {
    return error instanceof Error ? error : new Error(messageOf(error), { cause: error });
  }
  const message = hideValues(error.message, batch);
  if (message === error.message) return error;
  const options = { mayHaveLeft: error.mayHaveLeft, cause: error, ...(error.hint !== undefined && { hint: error.hint }) };
  if (error instanceof TargetRefused) return new TargetRefused(message, options);
  return new TargetUnavailable(message, { ...options, ...(error.afterMs !== undefined && { afterMs: error.afterMs }) });
}

/** Replaces each value of the rows in a text, longest first: as written, in lower case and in upper case. */
function hideValues(text: string, batch: readonly Pick<Delivery, 'rows'>[]): string {
  const values = new Set(batch.flatMap(({ rows }) => rows.flatMap((row) => Object.values(row).flatMap(textsOf))));
  return [...values]
    .toSorted((a, b) => b.length - a.length)
    .flatMap((value) => [value, value.toLowerCase(), value.toUpperCase()])
    .reduce((hidden, value) => hidden.replaceAll(value, mask), text);
}

function textsOf(value: FieldValue): readonly string[] {
  const texts = typeof value === 'string' ? [value] : Array.isArray(value) ? (value as readonly string[]) : [];
  return texts.map((text) => text.trim()).filter((text) => text.length >= shortest);
}
