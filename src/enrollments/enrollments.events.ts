/** A person has a place in a course, free or paid. */
export class Enrolled {
  constructor(
    readonly enrollmentId: string,
    readonly userId: string,
    readonly courseId: string,
  ) {}
}

/** A person has completed all lectures of a course; once for a place. */
export class CourseCompleted {
  constructor(
    readonly enrollmentId: string,
    readonly userId: string,
    readonly courseId: string,
    /** The moment, in ISO 8601, and the zone that the person was in. */
    readonly at: string,
    readonly timeZone: string,
  ) {}
}

/** A person learns in a course, for the first time on a day of their calendar: once for each place and day. */
export class StudyDayBegun {
  constructor(
    readonly enrollmentId: string,
    readonly userId: string,
    readonly day: string,
    /** The moment, in ISO 8601, and the zone that the day is told in. */
    readonly at: string,
    readonly timeZone: string,
  ) {}
}

/** A place was taken away, or given up. */
export class EnrollmentRevoked {
  constructor(
    readonly enrollmentId: string,
    readonly userId: string,
    readonly courseId: string,
  ) {}
}

/** A place that was taken away is given back: the refund failed, or the dispute was won after all. */
export class EnrollmentRestored {
  constructor(
    readonly enrollmentId: string,
    readonly userId: string,
    readonly courseId: string,
  ) {}
}

/** Somebody came to wait for a place in a course, or one is free that nobody had: there may be one to give to who waits longest. */
export class WaitlistChanged {
  constructor(readonly courseId: string) {}
}

/** A place became free for somebody who waited: they have it, or may buy it for a while. */
export class PlaceOffered {
  constructor(
    readonly enrollmentId: string,
    readonly userId: string,
    readonly courseId: string,
    /** When, so that each time is told once. */
    readonly offeredAt: string,
  ) {}
}
