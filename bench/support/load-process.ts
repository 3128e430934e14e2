import { Agent, request as send } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Get, Load, Outcome, Post } from './load.js';

/*
 * The load generator, in a process of its own: reads a `Load` from standard input and writes an `Outcome` to standard output. Plain
 * `node:http`: it works on the same cores as what it measures, and `fetch` would take twice as much of them.
 */

let input = '';
for await (const piece of process.stdin) input += String(piece);
const { url, requests, pace } = JSON.parse(input) as Load;

const agent = new Agent({ keepAlive: true, maxSockets: 'clients' in pace ? pace.clients : pace.connections });
const latencies: number[] = [];
const statuses: Record<string, number> = {};

/** What is not answered for want of a free connection waits too: the latency counts from when it was due. */
async function ask(request: Post | Get, due: number): Promise<void> {
  const status = await statusOf(request);
  latencies.push(performance.now() - due);
  statuses[status] = (statuses[status] ?? 0) + 1;
}

function statusOf(request: Post | Get): Promise<string> {
  const content = 'body' in request ? JSON.stringify(request.body) : '';
  const headers = {
    ...('body' in request && {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(content),
      authorization: `Bearer ${request.token}`,
    }),
    'x-forwarded-for': request.from,
  };
  const [method, path] = 'body' in request ? ['POST', ''] : ['GET', request.path];
  return new Promise((resolve) => {
    const sending = send(url + path, { method, agent, headers }, (answer) => {
      answer.resume();
      answer.once('end', () => resolve(String(answer.statusCode)));
      answer.once('error', () => resolve('broken off'));
    });
    sending.once('error', () => resolve('failed'));
    sending.end(content);
  });
}

/** Each client sends its next request when it has its answer: as much as the server takes. */
async function closed(clients: number): Promise<void> {
  let next = 0;
  const client = async () => {
    for (let request = requests[next++]; request; request = requests[next++]) await ask(request, performance.now());
  };
  await Promise.all(Array.from({ length: clients }, client));
}

/** Requests come when they come, by chance at this rate, whether or not the server keeps up. */
async function open(perSecond: number): Promise<void> {
  const answers: Promise<void>[] = [];
  let due = performance.now();
  for (const request of requests) {
    due += (-Math.log(1 - Math.random()) * 1000) / perSecond;
    if (due > performance.now()) await sleep(due - performance.now());
    answers.push(ask(request, due));
  }
  await Promise.all(answers);
}

const begun = performance.now();
if ('clients' in pace) await closed(pace.clients);
else if (pace.perSecond !== undefined) await open(pace.perSecond);
else await Promise.all(requests.map((request) => ask(request, begun)));
const outcome: Outcome = { seconds: (performance.now() - begun) / 1000, latencies, statuses };
process.stdout.write(JSON.stringify(outcome));
agent.destroy();
