/** Moments of the story, each on one side of a border: of a month, of the day on which New York's clocks go forward, of a year. */
export interface Moments {
  readonly lastOfJanuary: Date;
  readonly firstOfFebruary: Date;
  readonly beforeTheClocks: Date;
  readonly sundayNight: Date;
  readonly mondayMorning: Date;
  readonly lastOfMarch: Date;
  readonly lastOfYear: Date;
}

/** In the year after this one: the application's clock may stand there, its database's cannot tell. */
export function momentsOf(year: number): Moments {
  const at = (text: string) => new Date(`${year}-${text}Z`);
  const firstOfMarch = at('03-01T00:00:00');
  const sunday = 1 + ((7 - firstOfMarch.getUTCDay()) % 7) + 7;
  const march = (day: number, time: string) => at(`03-${String(day).padStart(2, '0')}T${time}`);
  return {
    // Still January in New York, February in Kathmandu.
    lastOfJanuary: at('01-31T23:30:00'),
    // Still January in New York.
    firstOfFebruary: at('02-01T02:00:00'),
    // Saturday, 23:45 in New York.
    beforeTheClocks: march(sunday, '04:45:00'),
    // Sunday, 23:45 in New York by summer time, Monday elsewhere.
    sundayNight: march(sunday + 1, '03:45:00'),
    // Monday, 00:15 in New York by summer time; by winter time it would be Sunday still.
    mondayMorning: march(sunday + 1, '04:15:00'),
    // April in Kathmandu alone.
    lastOfMarch: at('03-31T18:30:00'),
    // A new year in Kathmandu alone.
    lastOfYear: at('12-31T20:00:00'),
  };
}
