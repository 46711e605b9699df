/** The part of `package-lock.json` (version 3) that is checked: entries by path, such as `node_modules/a/node_modules/b`. */
export interface Lockfile {
  readonly packages: Readonly<Record<string, { readonly optionalDependencies?: Readonly<Record<string, string>> }>>;
}

/**
 * Optional dependencies without an entry in the lockfile, as `path: name`. If a package's folder already exists, npm omits the packages for
 * other platforms when it writes the file (npm issue 4828), and an installation on another platform would miss them.
 */
export function findLostDependencies({ packages }: Lockfile): readonly string[] {
  return Object.entries(packages).flatMap(([place, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !isFoundFrom(place, name, packages))
      .map((name) => `${place === '' ? 'the project' : place}: ${name}`),
  );
}

/** Resolves a package like Node: in the entry's own folder, then in each parent folder. */
function isFoundFrom(place: string, name: string, packages: Lockfile['packages']): boolean {
  const folders = [...ancestors(place), ''];
  return folders.some((folder) => packages[folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`] !== undefined);
}

function ancestors(place: string): readonly string[] {
  const parts = place.split('/node_modules/');
  return parts.map((_, index) => parts.slice(0, parts.length - index).join('/node_modules/')).filter((folder) => folder !== '');
}
