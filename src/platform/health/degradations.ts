import { Injectable } from '@nestjs/common';

/** What works less well just now without making the process unready, such as a provider out of reach. Features say how to tell. */
@Injectable()
export class Degradations {
  private readonly checks = new Map<string, () => boolean>();

  register(name: string, isDegraded: () => boolean): void {
    this.checks.set(name, isDegraded);
  }

  get current(): string[] {
    return [...this.checks].filter(([, isDegraded]) => isDegraded()).map(([name]) => name);
  }
}
