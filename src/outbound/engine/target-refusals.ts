// Errors for commands that name an unknown Target, or one without a file.
import { toOwnCommand } from '../../domain/own-command.ts';
import { CommandRefused } from '../../domain/errors.ts';
import type { TargetName } from '../../domain/ids.ts';
import { findNearest } from '../../mapping/nearest-word.ts';

/** A command requires the file of a Target, but the file is missing. The hint lists all solutions. */
export function missingFileRefusal(name: TargetName): CommandRefused {
  return new CommandRefused(`the configuration file of ${name} is missing`, {
    hint: `restore config/targets/${name}.yaml; if the target has a new name: ${toOwnCommand('rename', name, 'NEW')}; if it is no longer needed: ${toOwnCommand('forget', name)}`,
  });
}

/** A command names a Target that does not exist. The hint lists the `known` Targets, or says how to add one. */
export function unknownTargetRefusal(name: TargetName, known?: readonly TargetName[]): CommandRefused {
  return new CommandRefused(`there is no target ${name}`, { hint: hintOf(name, known) });
}

function hintOf(name: TargetName, known: readonly TargetName[] | undefined): string {
  if (known === undefined) return `See: ${toOwnCommand('status')}`;
  if (known.length === 0) return 'There are no targets yet: create config/targets/NAME.yaml.';
  const nearest = findNearest(name, known);
  return nearest === undefined ? `Targets: ${known.join(', ')}.` : `Did you mean ${nearest}? Targets: ${known.join(', ')}.`;
}
