// Prevents writes through a read-only Connection.
import type { Clock } from '../../domain/clock.ts';
import { TargetUnavailable } from '../../domain/errors.ts';
import type { TargetName } from '../../domain/ids.ts';

/**
 * Guards the promise that a preview cannot write, in the Driver itself.
 * @throws {Error} a bug: a write was called on a read-only Connection. Nothing was sent.
 */
export function assertMayWrite(access: 'read' | 'write', target: TargetName): void {
  if (access === 'read') throw new Error(`Internal error: the connection to ${target} is read-only`);
}

/** @throws {TargetUnavailable} when it is too late to begin; nothing was sent. */
export function assertOnTime(clock: Clock, notAfter: Date): void {
  if (clock.now().getTime() > notAfter.getTime()) throw new TargetUnavailable('timed out before anything was sent');
}
