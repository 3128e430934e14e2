import { type ValidationArguments, ValidateBy } from 'class-validator';
import { Choice, Moment, TimeZone } from '../../platform/http/index.js';

const REPORT_FORMATS = ['json', 'csv'] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

const notBeforeFrom = ValidateBy({
  name: 'notBeforeFrom',
  validator: {
    validate: (to: string, args?: ValidationArguments) => {
      const { from } = (args?.object ?? {}) as PeriodQuery;
      return from === undefined || !(new Date(to) < new Date(from));
    },
    defaultMessage: () => '$property must not be before from',
  },
});

/** What every report is asked by. */
export class PeriodQuery {
  @Moment({ description: 'From this moment on; from the beginning unless told', optional: true })
  from?: string;

  @Moment({ description: 'Before this moment; up to now unless told', optional: true })
  @notBeforeFrom
  to?: string;

  @Choice(REPORT_FORMATS, {
    description: 'JSON unless told otherwise; CSV has the same rows and figures',
    optional: true,
  })
  format: ReportFormat = 'json';
}

/** And those that speak of days, weeks or months. */
export class CalendarPeriodQuery extends PeriodQuery {
  @TimeZone({
    description: 'Zone whose days, ISO weeks and months are meant; UTC unless told otherwise',
    optional: true,
  })
  timeZone: string = 'UTC';
}
