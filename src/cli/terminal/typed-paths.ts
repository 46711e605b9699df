// Shortens file paths in problems to paths relative to the person's working folder.
import { isAbsolute, relative, sep } from 'node:path';
import type { Problem } from '../../domain/errors.ts';
import type { Invocation } from '../invocation.ts';

type Place = Pick<Invocation, 'typedIn'>;

/** A path as the person can type it: relative if it is inside the person's working folder, otherwise unchanged. */
export function toTypedPath(path: string, { typedIn }: Place): string {
  if (!isAbsolute(path)) return path;
  const inside = relative(typedIn, path);
  return inside === '' || /^\.\.([\\/]|$)/.test(inside) || isAbsolute(inside) ? path : inside;
}

/** Problems with shortened paths, also within hints. */
export function withTypedPaths(problems: readonly Problem[], place: Place): readonly Problem[] {
  const folder = place.typedIn.endsWith(sep) ? place.typedIn : `${place.typedIn}${sep}`;
  const shorten = (hint: string) => hint.split(' ').map((word) => (word.startsWith(folder) ? word.slice(folder.length) : word));
  return problems.map((problem) => ({
    ...problem,
    file: toTypedPath(problem.file, place),
    ...(problem.hint !== undefined && { hint: shorten(problem.hint).join(' ') }),
  }));
}
