import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { thisMachine } from '../../src/config/machine.ts';
import { resolveSecrets } from '../../src/config/secrets.ts';
import { oneTarget, writeFiles } from './folder.ts';

describe.skipIf(process.platform === 'win32')('a pipe or an endless file', () => {
  it('is reported as a single problem and does not block check', () => {
    const folder = writeFiles(oneTarget());
    const pipe = join(folder, 'targets', 'pipe.yaml');
    execFileSync('mkfifo', [pipe]);
    expect(() => thisMachine().readText(pipe)).toThrow('not a regular file');
    expect(() => thisMachine().readBytes('/dev/zero')).toThrow('not a regular file');
    const { missing } = resolveSecrets({ a: `\${file:${pipe}}` }, thisMachine());
    expect(missing).toMatchObject([{ message: expect.stringContaining('cannot be read') as unknown }]);
  });
});
