/** The tables of selections, requests and approvals. */
import type { ColumnType, Generated } from 'kysely';

type Time = ColumnType<Date, string | Date, string | Date>;
type NullableTime = ColumnType<Date | null, string | Date | null | undefined, string | Date | null>;
type Json = ColumnType<unknown, unknown, unknown>;

interface RequestItemTable {
  item_id: string;
  tenant_id: string;
  request_id: string;
  asset_id: string;
  license_type: string;
  again: boolean;
  reason: string | null;
  references: Json;
  frozen: Json;
  state: 'CANDIDATE' | 'SUBMITTED' | 'WITHDRAWN';
  approval_id: Generated<string | null>;
  order_key: Generated<string | null>;
  tries: Generated<number>;
  added_by: string;
  added_at: Time;
}

export interface ApprovalTables {
  approval_rules: { tenant_id: string; version: number; rules: Json; set_by: string; set_at: Time };
  approval_delegation: {
    delegation_id: string;
    tenant_id: string;
    delegator: string;
    delegate: string | null;
    from_at: Time;
    until_at: Time;
    set_at: Time;
  };
  license_request: {
    request_id: string;
    tenant_id: string;
    state: 'DRAFT' | 'SUBMITTED' | 'WITHDRAWN';
    origin: 'PERSON' | 'RULE';
    title: string;
    brief: string | null;
    allocation: Json;
    channels: string[];
    due_at: NullableTime;
    requested_by: string;
    created_at: Time;
    submitted_at: NullableTime;
    withdrawn_at: NullableTime;
  };
  request_item: RequestItemTable;
  /** A view: items with what became of their approval and their purchase. */
  request_item_now: RequestItemTable & {
    operation_id: string | null;
    license_id: string | null;
    failure: Json | null;
    shown: string;
    expires_at: NullableTime;
  };
  request_comment: {
    comment_id: string;
    tenant_id: string;
    request_id: string;
    item_id: string | null;
    author: string;
    body: string;
    written_at: Time;
  };
  request_fulfilment: {
    fulfilment_id: string;
    tenant_id: string;
    request_id: string;
    plan: Json;
    asked_by: string;
    asked_at: Time;
  };
  approval: {
    approval_id: string;
    tenant_id: string;
    request_id: string;
    item_id: string;
    asset_id: string;
    license_type: string;
    content: Json;
    content_hash: string;
    state: 'PENDING' | 'APPROVED' | 'REJECTED' | 'VOID' | 'USED';
    state_reason: string | null;
    rule: Json;
    rules_version: number;
    step: number;
    step_roles: string[];
    step_people: string[];
    askers: string[];
    requested_at: Time;
    decided_at: NullableTime;
    expires_at: NullableTime;
    used_by: string | null;
  };
  approval_decision: {
    decision_id: string;
    tenant_id: string;
    approval_id: string;
    step: number;
    decision: 'APPROVE' | 'REJECT';
    decided_by: string;
    on_behalf_of: string | null;
    note: string | null;
    decided_at: Time;
  };
  selection: {
    selection_id: string;
    tenant_id: string;
    name: string;
    asset_ids: string[];
    request_id: string | null;
    unreviewed: Json;
    saved_by: string;
    saved_at: Time;
  };
}
