// Determines which confirmations `apply` requires for a Target.
import { findMissingAgreement, type GivenAgreement, type NeededAgreement } from '../../../domain/apply-agreement.ts';
import { CommandRefused } from '../../../domain/errors.ts';
import type { Target, TargetDefinition } from '../../../domain/target.ts';
import type { Preview } from '../preview/preview.ts';

/**
 * The confirmations required before `apply`: (1) whether the system is the same, if the address has changed; (2) once, that the product
 * removes (or disables) people who are missing from the file; (3) until the first file, how many people in Scope have no valid row.
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

/** @throws {CommandRefused} if a confirmation is missing. The hint contains the command with it. */
export function assertAgreed(target: Target, needed: NeededAgreement, given: GivenAgreement): void {
  const missing = findMissingAgreement(target.name, needed, given);
  if (missing !== undefined) throw new CommandRefused(missing.message, { hint: missing.hint });
}
