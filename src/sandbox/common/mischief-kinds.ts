import type { Answer, Mischief } from './mischief.js';

/** Before the work is done, so that it never is; or after, so that only the caller does not know. */
export type When = 'before' | 'after';

/** Answers this instead of doing the work. */
export function answerWith(status: number, body: object, headers: Record<string, string> = {}): Mischief {
  return () => ({ status, body, headers });
}

/** Breaks the connection before the work is done, or after it was done and before the caller hears of it. */
export function cutConnection(when: When): Mischief {
  return insteadOf(when, () => ({ status: 0, body: {}, cut: true }));
}

/** Says nothing until the caller gives up. */
export function silence(when: When = 'before'): Mischief {
  return async (_, proceed, gone) => {
    if (when === 'after') await proceed();
    await gone;
    return { status: 0, body: {}, cut: true };
  };
}

export function delayBy(milliseconds: number): Mischief {
  return async (_, proceed) => {
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    return proceed();
  };
}

/** Holds the call before or after its effect; `arrived` tells when the call has got there. */
export function hold(when: When): { handler: Mischief; arrived: Promise<void>; release(): void } {
  const arrived = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  const handler: Mischief = async (_, proceed) => {
    const done = when === 'after' ? await proceed() : undefined;
    arrived.resolve();
    await gate.promise;
    return done ?? proceed();
  };
  return { handler, arrived: arrived.promise, release: () => gate.resolve() };
}

/** Does the work first, or not at all, and says something else. */
export function insteadOf(when: When, answer: () => Answer): Mischief {
  return async (_, proceed) => {
    if (when === 'after') await proceed();
    return answer();
  };
}
