// Compiles a Target's definition into the rules that decide who belongs there and with which record.
import type { OutboundRecord } from '../../../domain/record.ts';
import type { Target, TargetDefinition } from '../../../domain/target.ts';
import type { Connection } from '../../drivers/driver.ts';
import { hashDefinition } from '../../../mapping/canonical-json.ts';
import type { CompiledDefinition } from '../../../mapping/compile-definition.ts';
import type { EngineDeps } from '../deps.ts';
import type { CompiledRules } from '../planning/derive-desired-state.ts';

/** A compiled Target definition, with the rules that derive the desired state. */
export interface CompiledTarget extends CompiledRules {
  readonly compiled: CompiledDefinition;
}

/**
 * Compiles a definition. If the Connection writes full files, the rules also contain its check for rows that it cannot write.
 * @throws {DefinitionBroken} if an expression does not compile.
 */
export async function compileTarget(deps: EngineDeps, definition: TargetDefinition, connection: Connection): Promise<CompiledTarget> {
  const compiled = deps.compiler.rulesOf(definition, await findGoneGroups(deps, definition));
  return {
    compiled,
    scope: (view) => compiled.scope(view),
    map: (view) => compiled.map(view),
    leavers: compiled.leavers,
    rules: compiled.rules,
    settlesDoubts: connection.mode === 'record' && (connection.find !== undefined || connection.repeatable),
    ...(connection.mode === 'snapshot' && { refuse: (row: OutboundRecord) => connection.refuse(row) }),
  };
}

/** Names in a literal `memberOf` whose Groups were pinned and have all been deleted. */
export async function findGoneGroups(deps: EngineDeps, definition: TargetDefinition): Promise<ReadonlySet<string>> {
  const pinned = Object.entries(definition.groupIds).filter(([, ids]) => ids.length > 0);
  if (pinned.length === 0) return new Set();
  const names = await deps.staging.people.groupNames(pinned.flatMap(([, ids]) => ids));
  return new Set(pinned.filter(([, ids]) => ids.every((id) => !names.has(id))).map(([name]) => name));
}

/**
 * Pins the Groups that a literal `memberOf` names: stores their ids as soon as they exist, so that the condition then follows the id and
 * not the name. Returns the updated Target and definition.
 */
export async function pinGroups(
  deps: EngineDeps,
  target: Target,
  definition: TargetDefinition,
): Promise<{ readonly target: Target; readonly definition: TargetDefinition }> {
  const { groups } = deps.compiler.rulesOf(definition);
  const open = [...groups].filter((name) => (definition.groupIds[name] ?? []).length === 0);
  const found: Record<string, readonly string[]> = {};
  for (const name of open) {
    const ids = await deps.staging.people.groupsNamed(name);
    if (ids.length > 0) found[name] = ids;
  }
  if (Object.keys(found).length === 0) return { target, definition };
  const pinned = { ...definition, groupIds: { ...definition.groupIds, ...found } };
  const changed = await deps.store
    .engine(deps.fence)
    .changeTarget(target.name, (now) => ({ ...(now ?? target), definition: pinned, definitionHash: hashDefinition(pinned) }));
  return { target: changed, definition: pinned };
}

/** The ids that stay pinned when a new definition is applied: those of Groups that still exist. */
export async function keepPinned(
  deps: EngineDeps,
  applied: TargetDefinition | undefined,
  fileDefinition: TargetDefinition,
): Promise<TargetDefinition> {
  if (applied === undefined) return fileDefinition;
  const gone = await findGoneGroups(deps, applied);
  const { groups: names } = deps.compiler.rulesOf(fileDefinition);
  const kept = Object.entries(applied.groupIds).filter(([name]) => names.has(name) && !gone.has(name));
  return kept.length === 0 ? fileDefinition : { ...fileDefinition, groupIds: { ...fileDefinition.groupIds, ...Object.fromEntries(kept) } };
}
