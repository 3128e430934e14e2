import { Injectable } from '@nestjs/common';

/** What a higher feature adds to the balances in a profile: a wallet, tokens, credits. */
export interface ProfilePart {
  /** The key in `balances`. */
  readonly name: string;
  read(userId: string): Promise<unknown>;
}

/** Where higher features register their parts, when their modules start. */
@Injectable()
export class ProfileParts {
  private readonly parts = new Map<string, ProfilePart>();

  register(part: ProfilePart): void {
    if (this.parts.has(part.name)) throw new Error(`There are two profile parts named ${part.name}`);
    this.parts.set(part.name, part);
  }

  async read(userId: string): Promise<Record<string, unknown>> {
    const parts = [...this.parts.values()];
    return Object.fromEntries(
      await Promise.all(parts.map(async (part) => [part.name, await part.read(userId)] as const)),
    );
  }
}
