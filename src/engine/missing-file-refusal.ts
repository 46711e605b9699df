import { toOwnCommand } from '../domain/own-command.ts';
import { CommandRefused } from '../domain/errors.ts';
import type { TargetName } from '../domain/ids.ts';

/** A command needs the file of a Target, and it is missing; the hint names every way out. */
export function missingFileRefusal(name: TargetName): CommandRefused {
  return new CommandRefused(`the file of ${name} is missing`, {
    hint: `restore config/targets/${name}.yaml; if the target has a new name: ${toOwnCommand('rename', name, 'NEW')}; if it is no longer needed: ${toOwnCommand('forget', name)}`,
  });
}
