// The program of the outbound process. JavaScript, because it runs TypeScript in a checkout and dist/ in a release.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const built = new URL('../dist/outbound-process.js', import.meta.url);
const source = new URL('../src/outbound-process.ts', import.meta.url);
const { runOutboundProcess } = await import((existsSync(fileURLToPath(source)) ? source : built).href);
await runOutboundProcess();
