/** Another number of people may have a place in a course, or any number. Whoever knows its places may refuse that, in the transaction. */
export class CourseCapacityChanged {
  constructor(readonly courseId: string) {}
}
