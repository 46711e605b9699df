// Finds groups that a definition names but no identity provider has sent.
import type { TargetDefinition } from '../../../domain/target.ts';
import { findNearest } from '../../../mapping/nearest-word.ts';
import type { EngineDeps } from '../deps.ts';

/** A Group that a literal `memberOf` names and that was never received. `nearest` is the most similar existing name, if any is near. */
export interface MissingGroup {
  readonly name: string;
  readonly nearest?: string;
}

/** Existing names that are compared with a missing one; with more Groups than these the proposal may be missing. */
const maxCompared = 5_000;

/**
 * Groups that the definition names and that do not exist, in the order of their first use: no one is a member of them. Deleted Groups that
 * were pinned are not among them: `findGoneGroups` finds these. Writes nothing.
 * @throws {DefinitionBroken} when an expression does not compile.
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

/** The fact and the way out, without a full stop at the end. */
export function describeMissingGroup({ name, nearest }: MissingGroup): string {
  const fact = `no group “${name}” has been received`;
  return nearest === undefined
    ? `${fact}: assign the group to the enterprise application in Entra, or correct its name in the file of the target`
    : `${fact}; did you mean “${nearest}”?`;
}
