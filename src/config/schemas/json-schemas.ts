// Generates the JSON Schemas for editors from the Zod schemas.
import { z } from 'zod';
import { connectorFile } from './connector-file.ts';
import { daemonFile } from './daemon-file.ts';
import { targetFile } from './target-file.ts';

/** JSON Schemas (draft 7, which editors support) of the three kinds of files, by file name without extension. */
export function toJsonSchemas(): Readonly<Record<'vestibule' | 'connector' | 'target', object>> {
  return { vestibule: toJsonSchema(daemonFile), connector: toJsonSchema(connectorFile), target: toJsonSchema(targetFile) };
}

function toJsonSchema(schema: z.ZodType): object {
  return z.toJSONSchema(schema, { io: 'input', target: 'draft-7', unrepresentable: 'any' });
}
