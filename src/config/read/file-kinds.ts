// Detects by its keys whether a file is a Target, a Connector or the daemon's file, and in which folder it belongs.
/** The three kinds of file of a site. */
export type FileKind = 'vestibule' | 'target' | 'connector';

/** Top-level keys that only one kind of file has. */
const ownKeys: Readonly<Record<FileKind, readonly string[]>> = {
  target: ['target', 'scope', 'schedule', 'guard'],
  connector: ['driver', 'can', 'match', 'examples'],
  vestibule: ['server', 'sources', 'attributes', 'keep', 'delivery'],
};

/** The kind of a file by the keys of its content; `undefined` if the keys do not determine it. */
export function kindOf(content: unknown): FileKind | undefined {
  if (typeof content !== 'object' || content === null || Array.isArray(content)) return undefined;
  const counts = (['target', 'connector', 'vestibule'] as const).map((kind) => ({
    kind,
    count: ownKeys[kind].filter((key) => Object.hasOwn(content, key)).length,
  }));
  const [best, second] = counts.toSorted((a, b) => b.count - a.count);
  return best === undefined || best.count === 0 || best.count === second?.count ? undefined : best.kind;
}

const titles: Readonly<Record<FileKind, string>> = {
  target: 'a target file',
  connector: 'a connector file',
  vestibule: 'a daemon file (vestibule.yaml)',
};

/** Detects a file of the wrong kind for its folder, and names the correct place. */
export function findWrongKind(content: unknown, expected: FileKind): { readonly message: string; readonly hint: string } | undefined {
  const kind = kindOf(content);
  if (kind === undefined || kind === expected) return undefined;
  return { message: `is ${titles[kind]}, not ${titles[expected]}`, hint: `Move it to ${placeOf(kind, content)}.` };
}

/** The path of a file of this kind, relative to the configuration folder. `name` is used if the content has no name. */
export function placeOf(kind: FileKind, content: unknown, name = 'NAME'): string {
  switch (kind) {
    case 'vestibule':
      return 'vestibule.yaml';
    case 'target':
      return `targets/${nameIn(content, 'target') ?? name}.yaml`;
    case 'connector':
      return `connectors/${nameIn(content, 'connector') ?? name}/connector.yaml`;
  }
}

function nameIn(content: unknown, key: string): string | undefined {
  const named: unknown = (content as Readonly<Record<string, unknown>> | null)?.[key];
  return typeof named === 'string' && /^[\w-]+$/.test(named) ? named : undefined;
}
