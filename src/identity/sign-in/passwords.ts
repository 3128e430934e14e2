import { Injectable, type OnModuleInit } from '@nestjs/common';
import { argon2id, hash, verify } from 'argon2';

/** OWASP's first choice for argon2id: 19 MiB, two passes, one lane. */
const parameters = { type: argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

@Injectable()
export class Passwords implements OnModuleInit {
  private nobodys: string;

  async onModuleInit(): Promise<void> {
    this.nobodys = await this.hash('the password of nobody');
  }

  hash(password: string): Promise<string> {
    return hash(password.normalize('NFKC'), parameters);
  }

  /** Takes as long when there is no hash to compare with, so that the time does not tell who has an account. */
  async verify(stored: string | null | undefined, password: string): Promise<boolean> {
    const matches = await verify(stored ?? this.nobodys, password.normalize('NFKC'));
    return matches && stored != null;
  }
}
