import { posix } from 'node:path';
import { withoutComments, type TextFile } from './source-files.ts';

/** One import line (static, re-export or dynamic) of one file. */
export interface Import {
  /** Path of the importing file. */
  readonly from: string;
  readonly line: number;
  /** Path of a file of this project, the name of a package, or `node:…`. */
  readonly to: string;
  readonly own: boolean;
  /** True for `import type` and `export type`, which do not exist at run time. */
  readonly typeOnly: boolean;
}

const statement = /^(?:import|export)\s+(?<type>type\s+)?(?:[\w*{][^;'"]*?\sfrom\s+)?'(?<static>[^']+)'|\bimport\('(?<dynamic>[^']+)'\)/gm;

/** All imports of a file. A type in the form `import('…').X` counts as a dynamic import: write `import type` instead. */
export function readImports({ path, text }: TextFile): readonly Import[] {
  const source = withoutComments(text);
  return [...source.matchAll(statement)].map((match) => {
    const name = match.groups?.['static'] ?? match.groups?.['dynamic'] ?? '';
    const own = name.startsWith('.');
    return {
      from: path,
      line: source.slice(0, match.index).split('\n').length,
      to: own ? posix.join(posix.dirname(path), name) : toPackage(name),
      own,
      typeOnly: match.groups?.['type'] !== undefined,
    };
  });
}

function toPackage(name: string): string {
  if (name.startsWith('node:')) return name;
  return name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/');
}

/** The first import cycle, from a file back to itself; `undefined` if there is none. */
export function findCycle(imports: readonly Import[]): readonly string[] | undefined {
  const next = Map.groupBy(
    imports.filter(({ own }) => own),
    ({ from }) => from,
  );
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): readonly string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const { to } of next.get(file) ?? []) {
      const cycle = visit(to, [...path, file]);
      if (cycle !== undefined) return cycle;
    }
    done.add(file);
    return undefined;
  };
  for (const file of next.keys()) {
    const cycle = visit(file, []);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}
