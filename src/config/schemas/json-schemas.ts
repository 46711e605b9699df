// Generates the JSON Schemas for editors from the file schemas.
import { z } from 'zod';
import { connectorFile } from './connector-file.ts';
import { daemonFile } from './daemon-file.ts';
import { targetFile } from './target-file.ts';

/** JSON Schemas (draft 7, what editors read) of the three kinds of file, by the name of the schema's file without its ending. */
export function toJsonSchemas(): Readonly<Record<'vestibule' | 'connector' | 'target', object>> {
  return { vestibule: toJsonSchema(daemonFile), connector: toJsonSchema(connectorFile), target: toJsonSchema(targetFile) };
}

function toJsonSchema(schema: z.ZodType): object {
  return z.toJSONSchema(schema, { io: 'input', target: 'draft-7', unrepresentable: 'any' });
}
