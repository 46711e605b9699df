import { toOwnCommand } from '../domain/own-command.ts';
import { CommandRefused } from '../domain/errors.ts';
import type { Target, TargetDefinition } from '../domain/target.ts';
import type { Preview } from './preview.ts';

/** True for a product that removes or disables everyone who is missing from a full file. */
export function replacesWhoIsMissing(definition: TargetDefinition): boolean {
  return definition.absent === 'removed' || definition.absent === 'disabled';
}

/**
 * Before the first file of such a product: people in Scope whose Records are held back would be dropped there, so the one who
 * applies must know their number.
 * @throws {CommandRefused} with the number and the way out.
 */
export function assertNoOneDropped(
  target: Target,
  definition: TargetDefinition,
  without: number,
  preview: Pick<Preview, 'heldBackCount'>,
): void {
  if (!replacesWhoIsMissing(definition) || preview.heldBackCount === without || target.plannedHash !== undefined) return;
  const people = preview.heldBackCount === 1 ? '1 person in scope has' : `${preview.heldBackCount} people in scope have`;
  throw new CommandRefused(`${people} no valid row and would be dropped there`, {
    hint: `see them: ${toOwnCommand('plan', target.name)}; to go on without them: ${toOwnCommand('apply', target.name, '--replace-all', '--without', String(preview.heldBackCount))}`,
  });
}
