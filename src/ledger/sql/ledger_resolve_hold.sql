-- Ends a hold: captures p_captured of it (the caller posts that amount in the same transaction) and releases the rest; 0 releases
-- it all. Answers whether this call ended it: a hold is resolved at most once, whoever comes second gets false.
CREATE OR REPLACE FUNCTION ledger_resolve_hold(p_hold_id text, p_captured bigint, p_at timestamptz) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE ledger_holds SET
    status = CASE WHEN p_captured > 0 THEN 'CAPTURED' ELSE 'RELEASED' END::ledger_hold_status,
    captured_amount = nullif(p_captured, 0),
    resolved_at = p_at
  WHERE id = p_hold_id AND status = 'OPEN';
  RETURN FOUND;
END $$;
