// Describes where a definition sends its records, and which secrets it uses.
import type { Destination } from '../domain/destination.ts';
import type { TargetDefinition } from '../domain/target.ts';
import { valueAt } from './value-at.ts';
import { listReferences } from './secrets.ts';

/** The destination of a definition's records, with secret references as written in its files. */
export function toDestination(definition: TargetDefinition): Destination {
  const { target, settings, folder } = definition;
  const secrets = listReferences(definition);
  const command = settings['command'];
  if (Array.isArray(command)) return { target, does: `runs ${command.map(String).join(' ')} in ${folder}`, runsCode: true, secrets };
  const drop = valueAt(settings, ['drop', 'folder']);
  if (typeof drop === 'string') return { target, does: `writes to the folder ${drop}`, runsCode: false, secrets };
  return { target, does: `sends to ${String(settings['url'])}`, runsCode: false, secrets };
}
