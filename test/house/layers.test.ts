import { describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { findCycle, readImports } from './imports.ts';
import { homes, judgeImport, layerOf, layers } from './layer-rules.ts';
import { readFiles } from './source-files.ts';

const files = readFiles('src', '.ts');
const imports = files.flatMap(readImports);

describe('the files of src', () => {
  it('import only what the layer table allows', () => {
    const offending = imports.flatMap((line) => {
      const why = judgeImport(line);
      return why === undefined ? [] : [`${line.from}:${line.line} imports ${line.to}: ${why}`];
    });
    expect(offending).toEqual([]);
  });

  it('do not import each other in a cycle', () => {
    expect(findCycle(imports)).toBeUndefined();
  });

  it('are all in the layer table', () => {
    const found = new Set(files.map(({ path }) => layerOf(path.slice('src/'.length))));
    expect([...found].filter((layer) => layers[layer] === undefined)).toEqual([]);
  });

  it('have one home for every runtime package, and use each package', () => {
    expect(Object.keys(homes).sort()).toEqual(Object.keys(manifest.dependencies).sort());
  });
});

describe('the check of imports', () => {
  const judge = (path: string, text: string) => readImports({ path, text }).map(judgeImport);

  it.each([
    ['src/scim/x.ts', "import { Y } from '../domain/y.ts';", 'scim may not import it'],
    ['src/domain/x.ts', "import type { Y } from '../store/staging.ts';", 'domain may not import it'],
    ['src/outbound/engine/x.ts', "import { y } from '../../store/staging.ts';", 'outbound/engine may import only types of it'],
    ['src/outbound/engine/x.ts', "import type { Y } from '../../store/sqlite/rows.ts';", 'outbound/engine may not import it'],
    ['src/outbound/admin/x.ts', "import { y } from '../../inbound/auth/y.ts';", 'outbound/admin may not import it'],
    ['src/inbound/scim/x.ts', "import type { Y } from '../../outbound/engine/y.ts';", 'inbound may not import it'],
    ['src/inbound/auth/x.ts', "import type { Y } from '../scim/y.ts';", 'inbound/auth may not import it'],
    ['src/admin/x.ts', "import { tell } from '../outbound/story/tell-story.ts';", 'admin may import only types of it'],
    ['src/cli/x.ts', "import { s } from '../store/staging.ts';", 'cli may not import it'],
    ['src/cli/x.ts', "const log = await import('../log.ts');", 'cli may not import it'],
    ['src/http/x.ts', "export * from '../log.ts';", 'http may not import it'],
    ['src/http/x.ts', "import {\n  a,\n  b,\n} from '../outbound/drivers/driver.ts';", 'http may not import it'],
    ['src/outbound/drivers/csv/x.ts', "import { y } from '../rest/reply.ts';", 'the parts of outbound/drivers may not import each other'],
    ['src/store/sqlite/x.ts', "import { y } from '../postgres/y.ts';", 'the parts of store may not import each other'],
    ['src/outbound/engine/x.ts', "import axios from 'axios';", 'its home is outbound/drivers'],
    ['src/store/x.ts', "import Database from 'better-sqlite3';", 'its home is store/sqlite'],
    ['src/cli/x.ts', "import chalk from 'chalk/deep';", 'the package has no home in the table'],
    ['src/new/x.ts', "import { y } from '../domain/y.ts';", 'new has no row in the table of layers'],
    ['src/cli/x.ts', "import { y } from '../../test/y.ts';", 'lies outside src'],
    ['src/cli/x.ts', "import '../log.ts';", 'cli may not import it'],
  ])('rejects in %s: %s', (path, text, why) => {
    expect(judge(path, text)).toEqual([why]);
  });

  it.each([
    ['src/outbound/engine/x.ts', "import type { Store } from '../../store/staging.ts';"],
    ['src/inbound/scim/x.ts', "import { y } from '../staging/y.ts';"],
    ['src/admin/x.ts', "import type { Story } from '../outbound/story/story.ts';"],
    ['src/outbound/drivers/csv/x.ts', "import { y } from '../registry-words.ts';"],
    ['src/outbound/drivers/registry.ts', "import { csv } from './csv/index.ts';"],
    ['src/store/sqlite/x.ts', "import type { Store } from '../staging.ts';"],
    ['src/cli/x.ts', "import { readFile } from 'node:fs/promises';"],
    ['src/mapping/x.ts', "import { Environment } from '@marcbachmann/cel-js/sub';"],
  ])('allows in %s: %s', (path, text) => {
    expect(judge(path, text)).toEqual([undefined]);
  });

  it('ignores imports in comments', () => {
    expect(judge('src/scim/x.ts', "// import { y } from '../log.ts';\n/*\nimport { y } from '../log.ts';\n*/")).toEqual([]);
  });

  it('finds a cycle of any length', () => {
    const file = (path: string, to: string) => readImports({ path: `src/${path}`, text: `import type { A } from './${to}';` });
    const open = [...file('a.ts', 'b.ts'), ...file('b.ts', 'c.ts')];
    expect(findCycle(open)).toBeUndefined();
    expect(findCycle([...open, ...file('c.ts', 'b.ts')])).toEqual(['src/b.ts', 'src/c.ts', 'src/b.ts']);
  });
});
