/* How the sale of a course stands (`Desk.standing`): its payment, the place, the access to it, and the course's public number. */

export const unpaid = { payment: 'PENDING', refunded: 0, disputed: 0, place: null, paid: null, open: false, count: 0 };

export const bought = {
  ...{ payment: 'COMPLETED', refunded: 0, disputed: 0 },
  ...{ place: 'ACTIVE', paid: 'PAID', open: true, count: 1 },
};

/** Some of the money went back: the place stays. */
export const partly = { ...bought, payment: 'PARTIALLY_REFUNDED' };

/** All of the money went back, however much that was. */
export const gone = { ...bought, payment: 'REFUNDED', place: 'CANCELLED', paid: 'REFUNDED', open: false, count: 0 };

/** So did all that a sale costs unless told otherwise. */
export const refunded = { ...gone, refunded: 10_000 };

export const disputed = { ...bought, payment: 'DISPUTED', disputed: 10_000, place: 'SUSPENDED', open: false };

/** The bank has kept what the sale cost. */
export const lost = { ...gone, disputed: 10_000 };
