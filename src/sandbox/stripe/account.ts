import Stripe from 'stripe';
import { newId } from './ids.js';
import type { Store } from './store.js';

export interface EventDetails {
  /** The old values of what changed; Stripe sends them with `*.updated` events. */
  previous?: object;
  /** The API request that caused the event; none for what a buyer or Stripe itself did. */
  request?: Stripe.Event.Request;
  /** Replaces fields of the envelope: an id of your own, another `created`, a connected `account`. */
  overrides?: Partial<Pick<Stripe.Event, 'id' | 'created' | 'account' | 'api_version' | 'livemode'>>;
}

export interface Dunning {
  /** Days between one attempt at an invoice and the next; after the last there is no other. */
  retryAfterDays: number[];
  /** What becomes of the subscription then. */
  whenExhausted: 'cancel' | 'unpaid' | 'past_due';
}

/** The Stripe account that the stand-in plays: its objects, its clock and its stream of events. */
export class Account {
  /** Where the stand-in is reached; known once it listens. */
  baseUrl = '';
  /** Called with every new event. */
  publish: (event: Stripe.Event) => void = () => undefined;
  /** The version that objects and events are rendered in: the one the installed SDK is made for. */
  readonly apiVersion: string = Stripe.API_VERSION;
  /** How long the money of a charge is pending on the balance. */
  availableAfterSeconds = 2 * 24 * 60 * 60;
  /** How failed renewals are collected, and what becomes of what cannot be. */
  readonly dunning: Dunning = { retryAfterDays: [3, 5, 7], whenExhausted: 'cancel' };
  /** Called with every PaymentIntent that has been paid. */
  whenPaid: (intent: Stripe.PaymentIntent) => void = () => undefined;
  /** Called when something has happened by itself at a moment of the account's own clock. */
  whenPassed: () => void = () => undefined;
  private moment: number | undefined;

  constructor(
    readonly store: Store,
    private readonly clock: () => Date,
  ) {}

  time(): Date {
    return this.moment === undefined ? this.clock() : new Date(this.moment * 1000);
  }

  /** Unix seconds. */
  now(): number {
    return Math.floor(this.time().getTime() / 1000);
  }

  /**
   * Does something as of another moment: of a test clock, or of one that has passed unseen. What it makes is dated then; the events that
   * tell of it are dated when they are told.
   */
  at<T>(moment: number, work: () => T): T {
    const before = this.moment;
    this.moment = moment;
    try {
      return work();
    } finally {
      this.moment = before;
    }
  }

  record(type: Stripe.Event.Type, object: object, details: EventDetails = {}): Stripe.Event {
    const { previous, request = { id: null, idempotency_key: null }, overrides } = details;
    const envelope = {
      id: newId('event'),
      object: 'event',
      api_version: this.apiVersion,
      created: Math.floor(this.clock().getTime() / 1000),
      // A copy: the event shows the object as it is now, whatever becomes of it.
      data: { object: copy(object), ...(previous && { previous_attributes: copy(previous) }) },
      livemode: false,
      pending_webhooks: 0,
      request,
      type,
      ...overrides,
    } satisfies Record<keyof Omit<Stripe.Event, 'account' | 'context'>, unknown>;
    // The SDK's Event is a union over every type with its object; which member this is only the caller knows.
    const event = this.store.events.put(envelope as unknown as Stripe.Event);
    this.publish(event);
    return event;
  }
}

function copy(object: object): object {
  return JSON.parse(JSON.stringify(object)) as object;
}
