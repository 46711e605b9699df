import { FuzzedDaemon } from './daemon.ts';
import { plantSentinels } from './population.ts';
import type { FuzzFailure } from './run-fuzz.ts';
import { Wire } from './raw-http.ts';

/** Sends the request of a failure to a new daemon, in which each id is that of an existing person or Group. */
export async function replay({
  bytes,
}: Pick<FuzzFailure, 'bytes'>): Promise<{ request: string; reply: string; errors: readonly string[] }> {
  const daemon = await FuzzedDaemon.start();
  try {
    const token = await daemon.createToken('default');
    const ids = await plantSentinels(daemon.port, token);
    const id = (path: string) => (path.includes('/Groups/') ? ids.at(-1) : ids[0]) ?? '';
    const text = Buffer.from(bytes, 'base64').toString('latin1');
    const request = text.replaceAll('{{token}}', token).replaceAll('{{id}}', id(text.slice(0, text.indexOf('\r\n'))));
    const wire = new Wire(daemon.port);
    const [method = ''] = request.split(' ', 1);
    const reply = await wire.send({ method, bytes: Buffer.from(request, 'latin1'), end: false, maxMs: 5_000 });
    wire.close();
    const shown = reply.is === 'answer' ? `${reply.status} ${reply.body.toString('utf8')}` : JSON.stringify(reply);
    return { request: text, reply: shown, errors: daemon.errors.map((line) => JSON.stringify(line)) };
  } finally {
    await daemon.remove();
  }
}
