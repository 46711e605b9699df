// Determines what a person must confirm before a first load.
import { findMissingAgreement, type GivenAgreement, type NeededAgreement } from '../domain/apply-agreement.ts';
import { CommandRefused } from '../domain/errors.ts';
import type { Target, TargetDefinition } from '../domain/target.ts';
import type { Preview } from './preview.ts';

/**
 * What a person must agree to before this definition is applied. Of a product that removes or disables everyone who is missing from a full
 * file: that it does so, once, and until the first file the number of people in Scope whom it would drop for want of a valid row.
 */
export function findNeededAgreement(
  target: Target,
  { title, absent }: TargetDefinition,
  { heldBackCount }: Pick<Preview, 'heldBackCount'>,
  otherSystem: boolean,
): NeededAgreement {
  if (absent !== 'removed' && absent !== 'disabled') return { otherSystem };
  const does = absent === 'removed' ? 'removes' : 'disables';
  return {
    otherSystem,
    ...(target.appliedAt === undefined && { replaces: `${title} ${does} everyone who is not in the file` }),
    ...(target.plannedHash === undefined && { without: heldBackCount }),
  };
}

/** @throws {CommandRefused} with what is missing and the way out. */
export function assertAgreed(target: Target, needed: NeededAgreement, given: GivenAgreement): void {
  const missing = findMissingAgreement(target.name, needed, given);
  if (missing !== undefined) throw new CommandRefused(missing.message, { hint: missing.hint });
}
