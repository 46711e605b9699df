// Finds groups that a definition names but that no identity provider has sent.
import type { TargetDefinition } from '../../../domain/target.ts';
import { findNearest } from '../../../mapping/nearest-word.ts';
import type { EngineDeps } from '../deps.ts';

/**
 * A Group that a literal `memberOf` names and that was never received. `nearest` is the most similar existing name, if one is similar
 * enough.
 */
export interface MissingGroup {
  readonly name: string;
  readonly nearest?: string;
}

/** Max number of existing names that are compared with a missing name. If there are more Groups, a similar name may not be found. */
const maxCompared = 5_000;

/**
 * Groups that the definition names and that were never received, in order of first use. They have no members. Does not include deleted
 * Groups that were pinned; see `findGoneGroups`. Does not write to the store.
 * @throws {DefinitionBroken} if an expression does not compile.
 */
export async function findMissingGroups(deps: EngineDeps, definition: TargetDefinition): Promise<readonly MissingGroup[]> {
  const { people } = deps.staging;
  const missing: string[] = [];
  for (const name of deps.compiler.rulesOf(definition).groups) {
    const pinned = definition.groupIds[name] ?? [];
    if (pinned.length === 0 && (await people.groupsNamed(name)).length === 0) missing.push(name);
  }
  if (missing.length === 0) return [];
  const known = await people.firstGroupNames(maxCompared);
  return missing.map((name) => {
    const nearest = findNearest(name, known);
    return { name, ...(nearest !== undefined && { nearest }) };
  });
}

/** A sentence with the fact and the solution, without a full stop. */
export function describeMissingGroup({ name, nearest }: MissingGroup): string {
  const fact = `no group “${name}” has been received`;
  return nearest === undefined
    ? `${fact}: assign the group to the enterprise application in Entra, or correct its name in the file of the target`
    : `${fact}; did you mean “${nearest}”?`;
}
