/* types.ts - cases as the server gives them (api/openapi.yaml: Case, PublicCase, CaseCatalogue, CaseStatistics). */
export interface Both { zh: string; en: string }
export interface NamedUnit { id: string; name: string }
export type Mark = 'received' | 'filed' | 'dispatched' | 'handling' | 'done' | 'closed' | 'refused';
export const marks: Mark[] = ['received', 'filed', 'dispatched', 'handling', 'done', 'closed', 'refused'];

interface Common {
  number: string;
  pack: string;
  type: string;
  type_name: Both;
  mark: Mark;
  place_code: string;
  place_name: string;
  address: string;
  position: { lat: number; long: number } | null;
  handler: NamedUnit;
  reported_at: string;
  filed_at: string | null;
  dispatched_at: string | null;
  done_at: string | null;
  closed_at: string | null;
  expected_at: string | null;
  me_too: number;
}
export interface CaseFile { id: string; name: string; media_type: string; public: boolean; uploaded_at: string }
export interface CaseNote { id: string; audience: 'internal' | 'reporter' | 'public'; text: string; by_reporter: boolean; at: string }
export interface CaseBrief extends Common {
  id: string;
  intake: NamedUnit;
  state: string;
  channel: string;
  secrecy: string;
  public: boolean;
  late: boolean;
  overdue: number;
  returns: number;
  reworks: number;
  disputes: number;
  crossings: number;
  photos: number;
  satisfaction: number | null;
  duty_id: string;
  version: number;
}
export interface Case extends CaseBrief {
  text: string;
  public_text: string;
  attributes: { code: string; name: Both; values: Both[] }[];
  about_unit: NamedUnit | null;
  merged_into_id: string | null;
  may_be_public: boolean;
  responsible: NamedUnit | null;
  responsible_by: string;
  files: CaseFile[];
  notes: CaseNote[];
  may: string[];
}
export interface PublicCase extends Common {
  text: string;
  yours: boolean;
  files: CaseFile[];
  notes: CaseNote[];
  state_name?: string;
  may_dispute?: boolean;
  may_withdraw?: boolean;
  disputes?: number;
}
export interface CaseField { code: string; name: Both; help: Both; datatype: 'string' | 'number' | 'datetime' | 'text' | 'singlevaluelist' | 'multivaluelist'; required: boolean; values: { key: string; name: Both }[] }
export interface CaseType { type: string; name: Both; description: Both; public: boolean; about_unit: boolean; keywords: string[]; fields: CaseField[] }
export interface CaseCatalogue { pack: string; name: Both; version: number; types: CaseType[] }
export interface CasePlace { code: string; name: string; city_code: string; city_name: string }
export interface Reported { id?: string; number: string; code: string; unit_name?: string; again: boolean }
export interface CaseRate { word: string; name: Both; numerator: string; denominator: string; source: Both }
export interface CaseGroup { key: string; name: Both; counts: Record<string, number>; rates: Record<string, number | null> }
export interface CaseStatistics { by: string; rates: CaseRate[]; items: CaseGroup[]; total: { counts: Record<string, number>; rates: Record<string, number | null> } }
