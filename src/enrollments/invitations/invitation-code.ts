import { createHash, randomBytes } from 'node:crypto';

/** 160 random bits, as whoever was invited gets them. */
export function newCode(): string {
  return randomBytes(20).toString('base64url');
}

/** What is kept of a code. */
export function hashOf(code: string): string {
  return createHash('sha256').update(code).digest('hex');
}
