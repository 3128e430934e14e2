/** How Paymob behaves where accounts, times and documentation differ. All of them are off at first. */
export interface PaymobHabits {
  /** The booleans of a transaction that is read come as "true" and "false", as older documentation shows them. */
  booleansAsText: boolean;
  /** A transaction that is read comes as `{ type: 'TRANSACTION', obj }`. */
  wrapped: boolean;
  /** Every payment is told of as pending before it is told how it ended. */
  pendingFirst: boolean;
  /** A refund is pending until `finish`. */
  slowRefunds: boolean;
  /** An order that is paid can be paid once more. */
  payableTwice: boolean;
}

export const noHabits: Readonly<PaymobHabits> = {
  booleansAsText: false,
  wrapped: false,
  pendingFirst: false,
  slowRefunds: false,
  payableTwice: false,
};
