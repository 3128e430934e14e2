import { defineProblem } from '../../platform/errors/index.js';
import { SeatProblems } from '../../seats/index.js';

export const CashProblems = {
  dayClosed: SeatProblems.cashDayClosed,
  dayOver: defineProblem({
    code: 'CASH_DAY_OVER',
    status: 409,
    title: 'The day ended before it could be closed; nothing was counted',
  }),
  notInDrawer: defineProblem({
    code: 'NOT_IN_DRAWER',
    status: 400,
    title: 'There is not as much in the drawer',
  }),
  currencyNotOffered: defineProblem({
    code: 'CURRENCY_NOT_OFFERED',
    status: 400,
    title: 'There is no cash in this currency',
  }),
} as const;
