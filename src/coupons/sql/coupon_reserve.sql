-- Reserves a use of a coupon for a payment session: 'reserved', or why not: 'usedUp', 'perUser', 'invalid', 'firstPurchase'. A refusal
-- changes nothing and leaves the transaction whole. The same reservation again is the one that stands; another one for the same session
-- is a defect of the caller. Locks the coupon's row first, like all that take or return a use.
CREATE OR REPLACE FUNCTION coupon_reserve(
  p_use_id text,
  p_coupon_id text,
  p_user_id text,
  p_session_id text,
  p_discount bigint,
  p_currency text,
  p_at timestamptz
) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
  v_outcome text := coupon_take_slot(p_coupon_id, p_user_id, p_at);
  v_use coupon_uses;
BEGIN
  IF v_outcome = 'taken' THEN
    -- The partial unique index lets one live use of coupons for a first purchase through, also where two coupons' rows are locked.
    INSERT INTO coupon_uses (id, coupon_id, user_id, session_id, status, discount, currency, first_purchase_only, reserved_at)
    SELECT p_use_id, id, p_user_id, p_session_id, 'RESERVED', p_discount, p_currency, first_purchase_only, p_at
    FROM coupons WHERE id = p_coupon_id
    ON CONFLICT DO NOTHING;
    IF FOUND THEN
      RETURN 'reserved';
    END IF;
    UPDATE coupons SET current_uses = current_uses - 1 WHERE id = p_coupon_id;
    v_outcome := 'firstPurchase';
  END IF;

  SELECT * INTO v_use FROM coupon_uses WHERE session_id = p_session_id;
  IF NOT FOUND THEN
    RETURN v_outcome;
  END IF;
  IF (v_use.coupon_id, v_use.user_id, v_use.discount, v_use.currency, v_use.status)
    IS DISTINCT FROM (p_coupon_id, p_user_id, p_discount, p_currency, 'RESERVED'::coupon_use_status) THEN
    RAISE EXCEPTION 'session % has used a coupon otherwise', p_session_id;
  END IF;
  RETURN 'reserved';
END $$;
