// Plans to send all records again: to a new system, or to one that was emptied.
import { toOwnCommand } from '../../../domain/own-command.ts';
import { CommandRefused } from '../../../domain/errors.ts';
import { toMatchKeys } from '../../../domain/record.ts';
import type { Target, TargetDefinition } from '../../../domain/target.ts';
import type { Connection } from '../../drivers/driver.ts';
import { missingFileRefusal } from '../target-refusals.ts';
import type { SubjectPlanned } from './plan-page.ts';

/** What a person says about the system behind a Target. */
export interface SystemRequest {
  /** Required if the file definition has a different address or drop folder. */
  readonly system: 'same' | 'new' | undefined;
  /** True if the file definition has a different address or drop folder than the applied one. */
  readonly otherSystem: boolean;
  /** True if the product was emptied or lost its file: all records are sent again. */
  readonly resend: boolean;
}

/** Why all records are sent again: to a different, empty system, or to the same one. */
export type Resend = 'newSystem' | 'resend';

/**
 * Determines whether all records are sent again, and why; `undefined` if not.
 * @throws {CommandRefused} if this is not possible in the current state of the Target, or the option does not match its files.
 */
export function planResend(target: Target, { system, otherSystem, resend }: SystemRequest): Resend | undefined {
  const { name } = target;
  if (resend) {
    assertMayResend(target);
    return 'resend';
  }
  if (system !== 'new' || (target.definition ?? target.unreadable) === undefined) return undefined;
  // An interrupted resend may be requested again.
  if (!otherSystem && target.resend !== 'people') {
    throw new CommandRefused(`the address and the drop folder of ${name} are unchanged: it is the same system`, {
      hint: `apply other edits without --new-system or --same-system; if the product was emptied: ${toOwnCommand('apply', name, '--resend')}`,
    });
  }
  return 'newSystem';
}

function assertMayResend({ name, state, by, resend }: Target): void {
  switch (state) {
    case 'live':
      return;
    case 'draft':
      if (resend !== undefined) return;
      throw new CommandRefused(`${name} is a draft: nothing is sent to it`, { hint: `make it live first: ${toOwnCommand('apply', name)}` });
    case 'paused':
      // The daemon pauses a Target whose product was emptied. Sending everyone again solves this and ends the pause.
      if (by === 'daemon') return;
      throw new CommandRefused(`${name} is paused`, { hint: `resume it first: ${toOwnCommand('resume', name)}` });
    case 'refused':
      throw new CommandRefused(`${name} rejects the credentials`, { hint: 'fix its credentials first' });
    case 'orphaned':
      throw missingFileRefusal(name);
  }
}

/** What must be sent again: everyone or the file, because of this option or an earlier, interrupted resend. */
export function resendKind(target: Target, { mode }: Connection, again: Resend | undefined): Target['resend'] {
  if (again === 'newSystem' || target.resend === 'people') return 'people';
  // A file always contains everyone, so the Shadows stay.
  if (mode === 'snapshot') return again === 'resend' ? 'file' : target.resend;
  return again === 'resend' ? 'people' : undefined;
}

/** The effects of sending everyone, or the file, again. */
export interface ResendPreview {
  readonly what: NonNullable<Target['resend']>;
  /** Number of records that the Target has or may have and whose Shadows are deleted; 0 for a file. */
  readonly forgotten: number;
  /** Number of these records whose people are not sent again: leaving, deactivated or without a valid row. */
  readonly notSent: number;
  /** Number of creates that cannot be looked up first, and would duplicate a record that still exists. */
  readonly mayDouble: number;
}

/** Counts the effects of a Plan that deletes the Shadows. */
export class ResendCounter {
  readonly #connection: Connection;
  readonly #definition: TargetDefinition;
  readonly #counts = { forgotten: 0, notSent: 0, mayDouble: 0 };

  constructor(connection: Connection, definition: TargetDefinition) {
    this.#connection = connection;
    this.#definition = definition;
  }

  get counts(): Omit<ResendPreview, 'what'> {
    return this.#counts;
  }

  add({ plan, forgotten }: SubjectPlanned): void {
    if (forgotten === true) this.#counts.forgotten += 1;
    if (forgotten === true && plan.want === undefined) this.#counts.notSent += 1;
    if (plan.want?.action === 'create' && !this.#isSafeTwice(plan.want.rows[0])) this.#counts.mayDouble += 1;
  }

  /** True if a repeated create is safe: it is looked up first, or the Target creates only one record for repeated creates. */
  #isSafeTwice(row: Parameters<typeof toMatchKeys>[1]): boolean {
    if (this.#connection.mode === 'snapshot' || this.#connection.repeatable) return true;
    return this.#connection.find !== undefined && toMatchKeys(this.#definition.match, row).length > 0;
  }
}
