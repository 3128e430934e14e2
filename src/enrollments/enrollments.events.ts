/** A person has a place in a course, free or paid. */
export class Enrolled {
  constructor(
    readonly enrollmentId: string,
    readonly userId: string,
    readonly courseId: string,
  ) {}
}

/** A place was taken away: its money went back. */
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
