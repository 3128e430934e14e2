import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

const [QUERY, SYNC, PASSWORD, TERMINATE] = ['Q', 'S', 'p', 'X'].map((letter) => letter.charCodeAt(0));

/** A request that takes long keeps its Idempotency-Key. */
const BY_THE_CLOCK = 'UPDATE "public"."idempotency_keys" SET "lease_until"';

/**
 * A line to the database on which a piece of work of a process can be brought to a stand before any of its statements, with its connection, as
 * if the process had died there; which then is to be killed. What else it does goes on, so that more can be brought to a stand.
 */
export class StatementGate {
  /** Statements that have come, but for those that come by the clock. */
  count = 0;
  private held?: { at: number; stands: () => void };

  private constructor(
    private readonly target: URL,
    private readonly server: Server = createServer(),
  ) {
    server.on('connection', (near) => this.link(near));
  }

  static async open(url: string): Promise<StatementGate> {
    const gate = new StatementGate(new URL(url));
    gate.server.listen(0, '127.0.0.1');
    await once(gate.server, 'listening');
    return gate;
  }

  /** The database by way of this line. */
  get through(): string {
    const { port } = this.server.address() as AddressInfo;
    return Object.assign(new URL(this.target), { hostname: '127.0.0.1', port: String(port), search: '' }).href;
  }

  /** The n-th statement from now, and what would follow on its connection, does not reach the database. Answers when it has come. */
  standBefore(n: number): Promise<void> {
    const { promise, resolve: stands } = Promise.withResolvers<void>();
    this.held = { at: this.count + n, stands };
    return promise;
  }

  close(): void {
    this.server.close();
  }

  private link(near: Socket): void {
    const far = connect(Number(this.target.port), this.target.hostname);
    const read = this.reader((message) => far.write(message));
    near.on('data', read);
    far.pipe(near);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
  }

  /** Cuts the bytes of one connection into messages; those of one statement end with a Sync, or are one Query. */
  private reader(forward: (message: Buffer) => void): (bytes: Buffer) => void {
    let rest: Buffer = Buffer.alloc(0);
    let started = false;
    let within = false;
    let standing = false;
    return (bytes) => {
      rest = Buffer.concat([rest, bytes]);
      for (;;) {
        // The first message of a connection has no type.
        const head = started ? 1 : 0;
        if (rest.length < head + 4) return;
        const size = head + rest.readInt32BE(head);
        if (rest.length < size) return;
        const [message, type] = [rest.subarray(0, size), started ? rest[0] : undefined];
        rest = rest.subarray(size);
        started = true;
        if (type !== undefined && type !== PASSWORD && type !== TERMINATE) {
          if (!within) standing ||= this.isHeld(message);
          within = type !== QUERY && type !== SYNC;
        }
        if (!standing) forward(message);
      }
    };
  }

  private isHeld(message: Buffer): boolean {
    if (message.includes(BY_THE_CLOCK)) return false;
    this.count += 1;
    const { held } = this;
    if (held?.at !== this.count) return false;
    this.held = undefined;
    held.stands();
    return true;
  }
}
