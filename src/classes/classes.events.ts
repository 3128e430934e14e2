/** Students may check in. */
export class CheckInOpened {
  constructor(readonly sessionId: string) {}
}

export class SessionStarted {
  constructor(readonly sessionId: string) {}
}

export class SessionFinished {
  constructor(readonly sessionId: string) {}
}

/** By a person, before it started. `reason` is theirs, if they gave one. */
export class SessionCanceled {
  constructor(
    readonly sessionId: string,
    readonly reason: string | null,
  ) {}
}

/** Its end passed and nobody had started it. */
export class SessionMissed {
  constructor(readonly sessionId: string) {}
}

/** It is to be held at another time: moved while it was scheduled, or taken up again after it was canceled. */
export class SessionRescheduled {
  constructor(readonly sessionId: string) {}
}

/** There are more places than before. */
export class SessionCapacityChanged {
  constructor(readonly sessionId: string) {}
}
