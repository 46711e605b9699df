import { toOwnCommand } from '../domain/own-command.ts';
import { CommandRefused } from '../domain/errors.ts';
import type { Target, TargetDefinition } from '../domain/target.ts';
import type { Preview } from './preview.ts';

/**
 * What the first file does to the people whom the product has already, as a sentence without a full stop: a person has to agree to it.
 * `undefined` when the product keeps them, or a file was applied before.
 */
export function describeReplacement({ appliedAt }: Target, definition: TargetDefinition): string | undefined {
  if (!replacesOthers(definition) || appliedAt !== undefined) return undefined;
  return `${definition.title} ${definition.absent === 'removed' ? 'removes' : 'disables'} everyone who is not in the file`;
}

/** The options by which a person agrees to that, `heldBack` people in Scope having no valid row. */
export function agreeToReplace(heldBack: number): readonly string[] {
  return ['--replace-all', ...(heldBack === 0 ? [] : ['--without', String(heldBack)])];
}

/** @throws {CommandRefused} when the first file would replace the people whom the product has already. */
export function assertReplacesNoOne(target: Target, definition: TargetDefinition): void {
  const replacement = describeReplacement(target, definition);
  if (replacement === undefined) return;
  throw new CommandRefused(replacement, { hint: 'to let the file replace the existing people, add --replace-all' });
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
  if (!replacesOthers(definition) || preview.heldBackCount === without || target.plannedHash !== undefined) return;
  const people = preview.heldBackCount === 1 ? '1 person in scope has' : `${preview.heldBackCount} people in scope have`;
  throw new CommandRefused(`${people} no valid row and would be dropped there`, {
    hint: `see them: ${toOwnCommand('plan', target.name)}; to go on without them: ${toOwnCommand('apply', target.name, ...agreeToReplace(preview.heldBackCount))}`,
  });
}

/** True for a product that removes or disables everyone who is missing from a full file. */
function replacesOthers(definition: TargetDefinition): boolean {
  return definition.absent === 'removed' || definition.absent === 'disabled';
}
