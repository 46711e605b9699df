import { HttpSender, idIn } from './http-sender.ts';
import { addMember, createGroup, createPerson, deletePerson, matchPerson, patchPerson, type BenchRequest } from './requests.ts';

/** One load on one server. People are numbered in the order they are created; `from` and `count` choose among them. */
export interface LoadOrder {
  readonly load: 'create' | 'match' | 'patch' | 'delete' | 'group' | 'add';
  readonly baseUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly connections: number;
  readonly from: number;
  readonly count: number;
}

/** The total time and the times of single requests, in milliseconds. */
export interface LoadResult {
  readonly ms: number;
  readonly p50: number;
  readonly p99: number;
}

/** Sends loads, remembering ids by server and number. */
class LoadClient {
  readonly #ids = new Map<string, string>();
  #rounds = 0;

  async carryOut(order: LoadOrder): Promise<LoadResult> {
    const sender = new HttpSender(order.baseUrl, order.headers, order.connections);
    this.#rounds += 1;
    const times: number[] = [];
    const start = performance.now();
    let next = order.from;
    const lane = async () => {
      while (next < order.from + order.count) {
        const number = next++;
        const sent = performance.now();
        await this.#one(sender, order, number);
        times.push(performance.now() - sent);
      }
    };
    await Promise.all(Array.from({ length: order.connections }, lane));
    const ms = performance.now() - start;
    sender.close();
    times.sort((a, b) => a - b);
    return { ms, p50: times[Math.floor(times.length / 2)] ?? 0, p99: times[Math.floor(times.length * 0.99)] ?? 0 };
  }

  async #one(sender: HttpSender, order: LoadOrder, number: number): Promise<void> {
    const text = await sender.send(this.#toRequest(order, number));
    if (order.load === 'create') this.#ids.set(`${order.baseUrl} ${number}`, idIn(text));
    if (order.load === 'group') this.#ids.set(`${order.baseUrl} group`, idIn(text));
    if (order.load === 'match' && !text.includes('"totalResults":1')) throw new Error(`person ${number} was not found: ${text}`);
  }

  #toRequest({ load, baseUrl, count }: LoadOrder, number: number): BenchRequest {
    const id = this.#ids.get(`${baseUrl} ${number}`) ?? '';
    switch (load) {
      case 'create':
        return createPerson(number);
      case 'match':
        return matchPerson(number);
      case 'patch':
        return patchPerson(id, this.#rounds);
      case 'delete':
        return deletePerson(id);
      case 'group':
        return createGroup(number * count);
      case 'add':
        return addMember(this.#ids.get(`${baseUrl} group`) ?? '', id);
    }
  }
}

/** Carries out commands from the parent process, one at a time, and returns the result or an error message of each. */
function serveOrders(): void {
  const client = new LoadClient();
  process.on('message', (order: LoadOrder) => {
    client.carryOut(order).then(
      (result) => process.send?.({ result }),
      (error: unknown) => process.send?.({ error: String(error) }),
    );
  });
}

if (import.meta.main) serveOrders();
