import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A line to the database that can be cut, as when its server dies, and mended. */
export class DatabaseLine {
  private readonly ends = new Set<Socket>();
  private readonly server: Server;
  private port = 0;

  constructor(private readonly url: string) {
    const { hostname, port } = new URL(url);
    this.server = createServer((near) => {
      const far = connect(Number(port), hostname);
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        this.ends.add(from);
        from.pipe(to);
        from.on('error', () => to.destroy());
        from.on('close', () => this.ends.delete(from));
      }
    });
  }

  async mend(): Promise<void> {
    this.server.listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
    this.port = (this.server.address() as AddressInfo).port;
  }

  async cut(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    for (const end of this.ends) end.resetAndDestroy();
    await closed;
  }

  /** The database by way of this line. */
  get through(): string {
    return Object.assign(new URL(this.url), { hostname: '127.0.0.1', port: String(this.port), search: '' }).href;
  }
}
