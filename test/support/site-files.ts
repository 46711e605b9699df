import type { Problem } from '../../src/domain/errors.ts';
import type { TargetName } from '../../src/domain/ids.ts';
import type { TargetDefinition } from '../../src/domain/target.ts';
import type { SiteFiles } from '../../src/outbound/admin/handlers/handler-deps.ts';

/** The files of a site with these definitions and problems. `names` are those of all Targets with a file, when there are more. */
export function siteFiles(
  fileDefinitions: readonly TargetDefinition[],
  problems: readonly Problem[] = [],
  names: ReadonlySet<TargetName> = new Set(fileDefinitions.map(({ target }) => target)),
): SiteFiles {
  return {
    fileDefinitions: new Map(fileDefinitions.map((fileDefinition) => [fileDefinition.target, fileDefinition])),
    names,
    problems,
    notes: [],
  };
}

/** Names of files for a site in which every Target that the store knows has one. */
export class EveryName extends Set<TargetName> {
  override has(): boolean {
    return true;
  }
}
