-- Closes a month (its first day, UTC) and answers since when it is closed. Waits for the postings under way in it, which hold its row
-- shared. Closing it again changes nothing.
CREATE OR REPLACE FUNCTION ledger_close_period(p_month date, p_at timestamptz) RETURNS timestamptz
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  INSERT INTO ledger_periods (month, closed_at) VALUES (p_month, p_at)
  ON CONFLICT (month) DO UPDATE SET closed_at = coalesce(ledger_periods.closed_at, excluded.closed_at)
  RETURNING closed_at
$$;
