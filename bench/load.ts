/*
 * A closed-loop load generator, in a process of its own: reads `{ url, clients, requests: [{ token, body }] }` from standard input and
 * writes `{ seconds, latencies (ms), statuses }` to standard output.
 */
interface Load {
  url: string;
  clients: number;
  requests: { token: string; body: object }[];
}

let input = '';
for await (const piece of process.stdin) input += String(piece);
const { url, clients, requests } = JSON.parse(input) as Load;

const latencies: number[] = [];
const statuses: Record<string, number> = {};
let next = 0;

async function client(): Promise<void> {
  for (let request = requests[next++]; request; request = requests[next++]) {
    const begun = performance.now();
    const status = await send(request);
    latencies.push(performance.now() - begun);
    statuses[status] = (statuses[status] ?? 0) + 1;
  }
}

async function send({ token, body }: Load['requests'][number]): Promise<string> {
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
    });
    await answer.arrayBuffer();
    return String(answer.status);
  } catch {
    return 'failed';
  }
}

const begun = performance.now();
await Promise.all(Array.from({ length: clients }, client));
process.stdout.write(JSON.stringify({ seconds: (performance.now() - begun) / 1000, latencies, statuses }));
