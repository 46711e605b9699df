import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { toTypedPath, withTypedPaths } from '../../src/cli/terminal/typed-paths.ts';

const typedIn = resolve('/opt/vestibule');
const inside = join(typedIn, 'config', 'targets', 'desk.yaml');

describe('a path that a person may type', () => {
  it.each([
    ['inside the folder in which the person is', inside, join('config', 'targets', 'desk.yaml')],
    ['beside it', resolve('/opt/vestibule-2/config'), resolve('/opt/vestibule-2/config')],
    ['above it', resolve('/opt'), resolve('/opt')],
    ['of the folder itself', typedIn, typedIn],
    ['with a name that begins with two dots', join(typedIn, '..data', 'x'), join('..data', 'x')],
    ['that is relative already', 'command line', 'command line'],
  ])('%s', (_, path, typed) => {
    expect(toTypedPath(path, { typedIn })).toBe(typed);
  });

  it('replaces the file of a problem and the paths in its hint, not those in its message', () => {
    const problem = { path: '', message: `exists in ${inside}`, level: 'problem' } as const;
    expect(withTypedPaths([{ ...problem, file: inside, hint: `Fix ${inside} first.` }], { typedIn })).toEqual([
      { ...problem, file: join('config', 'targets', 'desk.yaml'), hint: `Fix ${join('config', 'targets', 'desk.yaml')} first.` },
    ]);
  });
});
