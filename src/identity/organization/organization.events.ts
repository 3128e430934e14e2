/** A branch has moved: its country, region, time zone or night hours are others. */
export class BranchChanged {
  constructor(readonly branchId: string) {}
}

/** A branch is closed for good. Who still needs it refuses, in the transaction. */
export class BranchRemoved {
  constructor(readonly branchId: string) {}
}
