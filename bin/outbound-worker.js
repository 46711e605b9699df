// The program of the worker thread. JavaScript, since a worker takes the file as it lies there: TypeScript in a checkout, dist/ in a release.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const built = new URL('../dist/outbound-worker.js', import.meta.url);
const source = new URL('../src/outbound-worker.ts', import.meta.url);
const { runWorker } = await import((existsSync(fileURLToPath(source)) ? source : built).href);
await runWorker();
