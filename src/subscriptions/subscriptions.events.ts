/** A person's plan begins: paid, or with a trial. */
export class SubscriptionStarted {
  constructor(
    readonly subscriptionId: string,
    readonly userId: string,
  ) {}
}

/** The first time of a plan was paid, or a change of it. */
export class SubscriptionPaid {
  constructor(
    readonly subscriptionId: string,
    readonly userId: string,
    readonly paymentId: string,
  ) {}
}

/** A further time of a plan was paid. */
export class SubscriptionRenewed {
  constructor(
    readonly subscriptionId: string,
    readonly userId: string,
    readonly paymentId: string,
  ) {}
}

/** A renewal could not be collected, once more. */
export class SubscriptionPaymentFailed {
  constructor(
    readonly subscriptionId: string,
    readonly userId: string,
    /** Since when it is unpaid, and how often it was tried: each try is told once. */
    readonly since: string,
    readonly attempts: number,
  ) {}
}

/** What was unpaid is paid. */
export class SubscriptionRecovered {
  constructor(
    readonly subscriptionId: string,
    readonly userId: string,
    readonly since: string,
  ) {}
}

/** What is unpaid has been so for too long: what the plan gives is lost until it is paid. */
export class SubscriptionGraceEnded {
  constructor(
    readonly subscriptionId: string,
    readonly userId: string,
    readonly since: string,
  ) {}
}

/** Another plan, or another period of it, runs now. */
export class SubscriptionChanged {
  constructor(
    readonly subscriptionId: string,
    readonly userId: string,
    readonly tier: string,
    /** When it was seen, so that each change is told once. */
    readonly at: string,
  ) {}
}

/** It changes, or ends, when the period does. */
export class SubscriptionChangeScheduled {
  constructor(
    readonly subscriptionId: string,
    readonly userId: string,
    readonly at: string,
  ) {}
}

export class SubscriptionEnded {
  constructor(
    readonly subscriptionId: string,
    readonly userId: string,
    /** Nobody wished it: it was not paid for. */
    readonly unpaid: boolean,
  ) {}
}

/** A trial ends within three days. */
export class TrialEnding {
  constructor(
    readonly subscriptionId: string,
    readonly userId: string,
  ) {}
}
