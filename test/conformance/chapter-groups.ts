import { access } from './chapters/access.ts';
import { attributes } from './chapters/attributes.ts';
import { bulk } from './chapters/bulk.ts';
import { characteristics } from './chapters/characteristics.ts';
import { creating } from './chapters/creating.ts';
import { cursors } from './chapters/cursors.ts';
import { deleting } from './chapters/deleting.ts';
import { discovery } from './chapters/discovery.ts';
import { examples } from './chapters/examples.ts';
import { filtering } from './chapters/filtering.ts';
import { operators } from './chapters/operators.ts';
import { paging } from './chapters/paging.ts';
import { patchOperations } from './chapters/patch-operations.ts';
import { patching } from './chapters/patching.ts';
import { projection } from './chapters/projection.ts';
import { protocol } from './chapters/protocol.ts';
import { reading } from './chapters/reading.ts';
import { replacing } from './chapters/replacing.ts';
import { resources } from './chapters/resources.ts';
import { schemaAttributes } from './chapters/schema-attributes.ts';
import { searching } from './chapters/searching.ts';
import type { Chapter } from './requirement.ts';

/**
 * The chapters in the order of the page, in books. The test file with the name of a book proves its chapters, so that books run in
 * parallel.
 */
export const books = {
  data: [attributes, resources, schemaAttributes, characteristics, discovery],
  reading: [reading, filtering, operators, paging, cursors, projection, searching],
  writing: [creating, replacing, patching, patchOperations, deleting, bulk, examples],
  service: [protocol, access],
} as const satisfies Readonly<Record<string, readonly Chapter[]>>;

/** Every chapter. */
export const chapters: readonly Chapter[] = Object.values(books).flat();
