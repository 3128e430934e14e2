import { Logger } from '@nestjs/common';
import {
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  DelegateBackoff,
  handleWhen,
  type IPolicy,
  isBrokenCircuitError,
  isTaskCancelledError,
  retry,
  timeout,
  TimeoutStrategy,
  wrap,
} from 'cockatiel';
import type { PaymentProvider } from '../../platform/database/index.js';
import { FailedTry } from './failed-try.js';
import type { Patience } from './patience.js';

/** What a call does at the provider, which decides whether it may be made again. A write has a key when the provider heeds one. */
export type CallKind = 'read' | 'keyed-write' | 'write';

/** A write is made again once; after that, looking it up is surer than writing it. One without a key is never made again. */
const retries: Record<CallKind, number> = { read: 2, 'keyed-write': 1, write: 0 };

/** Nobody who asks us to wait longer is believed. */
const LONGEST_HOLD_SECONDS = 60;

/**
 * The way to one provider. Every call goes through it and nowhere else is anything retried: a try ends after a while, a blip is tried again
 * after a pause, and a provider that stays out of reach is left alone for some seconds, during which calls fail at once. Each process keeps
 * its own.
 */
export class Circuit {
  private readonly logger = new Logger(Circuit.name);
  private readonly breaker;
  private readonly oneTry;
  private readonly policies: Record<CallKind, IPolicy>;
  private openUntil = 0;
  private heldUntil = 0;

  constructor(
    readonly provider: PaymentProvider,
    private readonly patience: Patience,
  ) {
    // Not `Cooperative`: what we wait for is a socket, which no signal reaches.
    this.oneTry = timeout(patience.tryMs, TimeoutStrategy.Aggressive);
    this.breaker = circuitBreaker(
      handleWhen((error) => error instanceof FailedTry && error.down),
      { breaker: new ConsecutiveBreaker(patience.failures), halfOpenAfter: patience.restMs },
    );
    this.breaker.onBreak((reason) => {
      this.openUntil = Date.now() + patience.restMs;
      this.logger.warn(
        { err: 'error' in reason ? reason.error : undefined, provider },
        'the provider is out of reach; calls fail at once for a while',
      );
    });
    this.breaker.onReset(() => this.logger.log({ provider }, 'the provider answers again'));
    this.policies = {
      read: this.policy('read'),
      'keyed-write': this.policy('keyed-write'),
      write: this.policy('write'),
    };
  }

  /**
   * Makes a call. `work` is one try; it throws a FailedTry when that settled nothing. What it returns or otherwise throws is an answer.
   * @throws FailedTry when no try came to an answer
   */
  async call<T>(kind: CallKind, work: () => Promise<T>): Promise<T> {
    let heard: FailedTry | undefined;
    try {
      return await this.policies[kind].execute(async ({ signal }) => {
        // What a try has come to says more than that the next may not be made.
        const refusal = this.refusal() ?? (signal.aborted ? silence() : undefined);
        if (refusal) throw heard ?? refusal;
        try {
          return await this.once(work);
        } catch (error) {
          if (error instanceof FailedTry) heard = error;
          throw error;
        }
      });
    } catch (error) {
      if (isTaskCancelledError(error)) throw heard ?? silence(error);
      throw isBrokenCircuitError(error) ? this.refused('circuit_open', this.openUntil) : error;
    }
  }

  /** False while calls fail at once, or while the one is out that tries again. */
  get closed(): boolean {
    return this.breaker.state === CircuitState.Closed;
  }

  private policy(kind: CallKind): IPolicy {
    const worthIt = handleWhen((error) => error instanceof FailedTry && error.again && !this.refusal());
    const backoff = new DelegateBackoff<{ attempt: number }>(
      ({ attempt }) => this.patience.pauseMs * 2 ** (attempt - 1) * (0.5 + Math.random()),
    );
    return wrap(
      timeout(this.patience.callMs, TimeoutStrategy.Aggressive),
      retry(worthIt, { maxAttempts: retries[kind], backoff }),
    );
  }

  /** A refusal is an answer too, and ends a row of failures: the library must not see it thrown. */
  private async once<T>(work: () => Promise<T>): Promise<T> {
    const answer = await this.breaker.execute(async () => {
      try {
        return { value: await this.inTime(work) };
      } catch (error) {
        if (error instanceof FailedTry) throw error;
        return { error };
      }
    });
    if ('error' in answer) throw answer.error;
    return answer.value;
  }

  private async inTime<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await this.oneTry.execute(work);
    } catch (error) {
      if (isTaskCancelledError(error)) throw silence(error);
      if (error instanceof FailedTry && error.retryAfterSeconds) this.hold(error.retryAfterSeconds);
      throw error;
    }
  }

  /** A provider that says how long it wants to be left alone hears nothing from us until then. */
  private hold(seconds: number): void {
    this.heldUntil = Math.max(this.heldUntil, Date.now() + Math.min(seconds, LONGEST_HOLD_SECONDS) * 1000);
  }

  /** While one call tries whether the circuit may close, the others fail at once as well; the library would let them wait for it. */
  private refusal(): FailedTry | undefined {
    const now = Date.now();
    if (now < this.heldUntil) return this.refused('asked_to_wait', this.heldUntil);
    const { state } = this.breaker;
    const open = state === CircuitState.Open && now < this.openUntil;
    return open || state === CircuitState.HalfOpen ? this.refused('circuit_open', this.openUntil) : undefined;
  }

  private refused(code: string, until: number): FailedTry {
    return new FailedTry(code, {
      unheard: true,
      retryAfterSeconds: Math.max(1, Math.ceil((until - Date.now()) / 1000)),
    });
  }
}

/** Not tried again: whoever waited so long has no patience left for a second time. */
function silence(cause?: unknown): FailedTry {
  return new FailedTry('timeout', { down: true, cause });
}
