-- Sets money of a strict account aside. The account's CHECK refuses what is not available (balance − held ≥ floor).
-- The same reference again answers the hold that stands.
CREATE OR REPLACE FUNCTION ledger_place_hold(
  p_hold_id text,
  p_code text,
  p_currency text,
  p_amount bigint,
  p_reference text,
  p_at timestamptz
) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_account bigint;
  v_hold ledger_holds;
BEGIN
  SELECT id INTO v_account FROM ledger_accounts WHERE code = p_code AND currency = p_currency AND strict;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'there is no strict account % in %', p_code, p_currency USING ERRCODE = 'LG006';
  END IF;
  INSERT INTO ledger_holds (id, account_id, amount, reference, created_at)
  VALUES (p_hold_id, v_account, p_amount, p_reference, p_at)
  ON CONFLICT (reference) DO NOTHING;
  IF FOUND THEN
    RETURN p_hold_id;
  END IF;
  SELECT * INTO v_hold FROM ledger_holds WHERE reference = p_reference;
  IF v_hold.account_id <> v_account OR v_hold.amount <> p_amount THEN
    RAISE EXCEPTION 'reference % already holds something else', p_reference USING ERRCODE = 'LG004';
  END IF;
  RETURN v_hold.id;
END $$;
