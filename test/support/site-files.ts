import type { Problem } from '../../src/domain/errors.ts';
import type { TargetName } from '../../src/domain/ids.ts';
import type { TargetDefinition } from '../../src/domain/target.ts';
import type { SiteFiles } from '../../src/outbound/admin/handlers/handler-deps.ts';

/** The files of a site with these definitions and problems. `names` are the names of all Targets with a file, if there are more. */
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

/** The names of files of a site in which every stored Target has a file. */
export class EveryName extends Set<TargetName> {
  override has(): boolean {
    return true;
  }
}
