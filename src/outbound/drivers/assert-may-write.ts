// Prevents writes through a read-only Connection, or after their deadline.
import type { Clock } from '../../domain/clock.ts';
import { TargetUnavailable } from '../../domain/errors.ts';
import type { TargetName } from '../../domain/ids.ts';

/**
 * Ensures, in the Driver itself, that a preview cannot write.
 * @throws {Error} a bug: a write was called on a read-only Connection. Nothing was sent.
 */
export function assertMayWrite(access: 'read' | 'write', target: TargetName): void {
  if (access === 'read') throw new Error(`Internal error: the connection to ${target} is read-only`);
}

/** @throws {TargetUnavailable} if the deadline has passed; nothing was sent. */
export function assertOnTime(clock: Clock, notAfter: Date): void {
  if (clock.now().getTime() > notAfter.getTime()) throw new TargetUnavailable('timed out before anything was sent');
}
