/** The part of `package-lock.json` (version 3) that is checked: entries by their place, such as `node_modules/a/node_modules/b`. */
export interface Lockfile {
  readonly packages: Readonly<Record<string, { readonly optionalDependencies?: Readonly<Record<string, string>> }>>;
}

/**
 * Optional dependencies that the lockfile names without an entry for them, as `place: name`. npm leaves those of other platforms out
 * when it writes the file where a package's folder is there already (npm issue 4828); an install elsewhere would then miss them.
 */
export function findLostDependencies({ packages }: Lockfile): readonly string[] {
  return Object.entries(packages).flatMap(([place, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !isFoundFrom(place, name, packages))
      .map((name) => `${place === '' ? 'the project' : place}: ${name}`),
  );
}

/** As Node looks for packages: beside the entry's own ones, then in each folder on the way up. */
function isFoundFrom(place: string, name: string, packages: Lockfile['packages']): boolean {
  const folders = [...ancestors(place), ''];
  return folders.some((folder) => packages[folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`] !== undefined);
}

function ancestors(place: string): readonly string[] {
  const parts = place.split('/node_modules/');
  return parts.map((_, index) => parts.slice(0, parts.length - index).join('/node_modules/')).filter((folder) => folder !== '');
}
