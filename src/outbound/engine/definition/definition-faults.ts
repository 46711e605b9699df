// Finds reasons why an applied definition no longer works.
import { findCronFault } from '../../../domain/cron.ts';
import { messageOf } from '../../../domain/errors.ts';
import type { Target, TargetDefinition } from '../../../domain/target.ts';
import type { EngineDeps } from '../deps.ts';

/**
 * Reasons why the applied definition does not work, as sentences without a full stop. Empty if it works, or if none was ever applied. Such
 * a definition was applied by an older release, or the machine has changed since. Does not contact the Target.
 */
export async function findFaults(deps: EngineDeps, { definition, unreadable }: Target): Promise<readonly string[]> {
  if (definition !== undefined)
    return [...findExpressionFaults(deps, definition), ...(await findOpenFault(deps, definition)), ...findScheduleFault(definition)];
  return unreadable === undefined ? [] : [`the applied definition cannot be read (${unreadable.why}): nothing is sent`];
}

function findExpressionFaults({ compiler }: EngineDeps, definition: TargetDefinition): readonly string[] {
  try {
    const compilation = compiler.compile(definition);
    if (compilation.is === 'compiled') return [];
    return compilation.problems.map(
      ({ path, message }) => `the applied definition cannot be used (${path.join('.')}: ${message}); nothing is planned`,
    );
  } catch (error) {
    return [`the applied definition cannot be used (${messageOf(error)}); nothing is planned`];
  }
}

async function findOpenFault(deps: EngineDeps, definition: TargetDefinition): Promise<readonly string[]> {
  try {
    await deps.connect(definition, 'read').close();
    return [];
  } catch (error) {
    return [`the applied definition cannot be used (${messageOf(error)}); nothing is sent`];
  }
}

function findScheduleFault({ schedule }: TargetDefinition): readonly string[] {
  const fault = findCronFault(schedule);
  if (fault === undefined) return [];
  return [`schedule.${fault.key} "${schedule[fault.key]?.slice(0, 50)}" ${fault.message}: no reconcile is scheduled`];
}
