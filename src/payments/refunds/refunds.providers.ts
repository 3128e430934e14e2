import { ApplyRefundReport } from './apply-refund-report.js';
import { CarryOutRefunds } from './carry-out-refunds.js';
import { ConcludeRefund } from './conclude-refund.js';
import { GivenBack } from './given-back.js';
import { MoveStanding } from './move-standing.js';
import { PaidPayments } from './paid-payments.js';
import { PutBack } from './put-back.js';
import { RecordRefund } from './record-refund.js';
import { RefundPayment } from './refund-payment.js';
import { ReturnUnapplied } from './return-unapplied.js';
import { ReverseSale } from './reverse-sale.js';

/** Money that goes back. */
export const refunds = [
  PaidPayments,
  GivenBack,
  RefundPayment,
  RecordRefund,
  ReverseSale,
  PutBack,
  ReturnUnapplied,
  CarryOutRefunds,
  ApplyRefundReport,
  ConcludeRefund,
  MoveStanding,
];
