/** A person has a place in a course, free or paid. */
export class Enrolled {
  constructor(
    readonly enrollmentId: string,
    readonly userId: string,
    readonly courseId: string,
  ) {}
}
