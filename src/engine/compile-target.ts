// Compiles the definition of a Target once, and caches the result.
import type { OutboundRecord } from '../domain/record.ts';
import type { Target, TargetDefinition } from '../domain/target.ts';
import type { Connection } from '../drivers/driver.ts';
import { hashDefinition } from '../mapping/canonical-json.ts';
import { compileDefinition, literalGroups, type CompiledDefinition } from '../mapping/compile-definition.ts';
import type { EngineDeps } from './deps.ts';
import type { CompiledRules } from './derive-desired-state.ts';

/** A compiled Target definition, with the rules that derive the desired state. */
export interface CompiledTarget extends CompiledRules {
  readonly compiled: CompiledDefinition;
}

/** Keeps the last compiled definition of one Target: compiling is needed when it changes, not at every plan. */
export class CompileCache {
  #key = '';
  #compiled: CompiledDefinition | undefined;

  /** The compiled definition; compiled again only when it, or the set of deleted Groups, has changed. */
  compile(definition: TargetDefinition, attributes: EngineDeps['attributes'], gone: ReadonlySet<string>): CompiledDefinition {
    const key = `${hashDefinition(definition)} ${[...gone].join('\u001f')}`;
    if (this.#compiled === undefined || key !== this.#key) {
      this.#compiled = compileDefinition(definition, attributes, gone);
      this.#key = key;
    }
    return this.#compiled;
  }
}

/**
 * Compiles a definition. A Connection that writes whole files is asked to refuse rows that it cannot write.
 * @throws {DefinitionBroken} when an expression does not compile.
 */
export async function compileTarget(
  deps: EngineDeps,
  definition: TargetDefinition,
  connection: Connection,
  cache: CompileCache = new CompileCache(),
): Promise<CompiledTarget> {
  const compiled = cache.compile(definition, deps.attributes, await findGoneGroups(deps, definition));
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

/** Names of literal `memberOf`s whose Groups were pinned and have all been deleted. */
export async function findGoneGroups(deps: EngineDeps, definition: TargetDefinition): Promise<ReadonlySet<string>> {
  const pinned = Object.entries(definition.groupIds).filter(([, ids]) => ids.length > 0);
  if (pinned.length === 0) return new Set();
  const names = await deps.store.people.groupNames(pinned.flatMap(([, ids]) => ids));
  return new Set(pinned.filter(([, ids]) => ids.every((id) => !names.has(id))).map(([name]) => name));
}

/**
 * Keeps the ids of Groups that a literal `memberOf` names, as soon as they exist: from then on the condition follows the id.
 * Returns the Target and definition as they now are.
 */
export async function pinGroups(
  deps: EngineDeps,
  target: Target,
  definition: TargetDefinition,
  cache: CompileCache = new CompileCache(),
): Promise<{ readonly target: Target; readonly definition: TargetDefinition }> {
  const { groups } = cache.compile(definition, deps.attributes, new Set());
  const open = [...groups].filter((name) => (definition.groupIds[name] ?? []).length === 0);
  const found: Record<string, readonly string[]> = {};
  for (const name of open) {
    const ids = await deps.store.people.groupsNamed(name);
    if (ids.length > 0) found[name] = ids;
  }
  if (Object.keys(found).length === 0) return { target, definition };
  const pinned = { ...definition, groupIds: { ...definition.groupIds, ...found } };
  const changed = await deps.store
    .engine(deps.fence)
    .changeTarget(target.name, (now) => ({ ...(now ?? target), definition: pinned, definitionHash: hashDefinition(pinned) }));
  return { target: changed, definition: pinned };
}

/** The ids that stay pinned when a new definition is applied: those of Groups that are still there. */
export async function keepPinned(
  deps: EngineDeps,
  applied: TargetDefinition | undefined,
  fileDefinition: TargetDefinition,
): Promise<TargetDefinition> {
  if (applied === undefined) return fileDefinition;
  const gone = await findGoneGroups(deps, applied);
  const names = literalGroups(fileDefinition, deps.attributes);
  const kept = Object.entries(applied.groupIds).filter(([name]) => names.has(name) && !gone.has(name));
  return kept.length === 0 ? fileDefinition : { ...fileDefinition, groupIds: { ...fileDefinition.groupIds, ...Object.fromEntries(kept) } };
}
