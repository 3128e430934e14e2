-- What of a strict account can be taken now (balance − held − floor), with its row locked until the caller's transaction ends.
-- 0 for an account that is not open.
CREATE OR REPLACE FUNCTION ledger_lock_available(p_code text, p_currency text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_available bigint;
BEGIN
  SELECT balance - held - coalesce(floor, 0) INTO v_available
  FROM ledger_accounts WHERE code = p_code AND currency = p_currency AND strict FOR NO KEY UPDATE;
  RETURN coalesce(v_available, 0);
END $$;
