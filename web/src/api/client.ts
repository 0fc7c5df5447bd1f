/*
 * client.ts - the one way to the server. Every failure becomes an ApiError that carries the problem document; every write carries an
 * Idempotency-Key, so that a repeated send is counted once; an edit carries If-Match, so that nobody overwrites unseen changes.
 */
export interface Problem {
  type?: string;
  title?: string;
  status: number;
  detail?: string;
  field?: string;
  request_id?: string;
}

export class ApiError extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.detail ?? problem.title ?? `HTTP ${problem.status}`);
    this.name = 'ApiError';
    this.problem = problem;
  }
  get status(): number {
    return this.problem.status;
  }
  /* offline: the request did not reach the server (no network, server down): it may be sent again with the same key. */
  get offline(): boolean {
    return this.problem.status === 0;
  }
}

export type Query = Record<string, string | number | boolean | null | undefined>;
export interface SendOptions {
  query?: Query;
  json?: unknown;
  body?: BodyInit;
  contentType?: string;
  headers?: Record<string, string>;
  version?: number | string;
  key?: string;
  signal?: AbortSignal;
}

export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
}

export function queryString(query?: Query): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== null && value !== undefined && value !== '') params.set(name, String(value));
  }
  const text = params.toString();
  return text ? `?${text}` : '';
}

let onUnauthorized: () => void = () => undefined;
export function setUnauthorizedHandler(handler: () => void): void {
  onUnauthorized = handler;
}

async function problemOf(response: Response): Promise<Problem> {
  const problem: Problem = { status: response.status, title: response.statusText };
  try {
    Object.assign(problem, await response.json());
  } catch {
    /* no JSON body: the status line has to do */
  }
  problem.status = response.status;
  problem.request_id ??= response.headers.get('X-Request-Id') ?? undefined;
  return problem;
}

export async function request(method: string, path: string, options: SendOptions = {}): Promise<Response> {
  const headers: Record<string, string> = { Accept: 'application/json', ...options.headers };
  let body = options.body;
  if (options.json !== undefined) {
    headers['Content-Type'] = 'application/json';
    body = JSON.stringify(options.json);
  } else if (options.contentType) headers['Content-Type'] = options.contentType;
  if (method !== 'GET') headers['Idempotency-Key'] = options.key ?? newKey();
  if (options.version !== undefined) headers['If-Match'] = `"${options.version}"`;
  let response: Response;
  try {
    response = await fetch(`/api/v1${path}${queryString(options.query)}`, {
      method,
      headers,
      body,
      signal: options.signal,
      credentials: 'same-origin',
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError({ status: 0, title: 'offline' });
  }
  if (!response.ok) {
    const problem = await problemOf(response);
    if (response.status === 401 && !path.startsWith('/session')) onUnauthorized();
    throw new ApiError(problem);
  }
  return response;
}

async function jsonOf<T>(response: Response): Promise<T> {
  if (response.status === 204) return undefined as T;
  const text = await response.text();
  return (text ? JSON.parse(text) : undefined) as T;
}

export const api = {
  async get<T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> {
    return jsonOf<T>(await request('GET', path, { query, signal }));
  },
  async text(path: string, query?: Query): Promise<string> {
    return (await request('GET', path, { query, headers: { Accept: 'text/plain' } })).text();
  },
  async post<T>(path: string, json?: unknown, options: SendOptions = {}): Promise<T> {
    return jsonOf<T>(await request('POST', path, { ...options, json: options.body === undefined ? (json ?? {}) : undefined }));
  },
  async patch<T>(path: string, json: unknown, version?: number | string): Promise<T> {
    return jsonOf<T>(await request('PATCH', path, { json, version }));
  },
  async put<T>(path: string, json: unknown, version?: number | string): Promise<T> {
    return jsonOf<T>(await request('PUT', path, { json, version }));
  },
  async del<T>(path: string, json?: unknown, version?: number | string): Promise<T> {
    return jsonOf<T>(await request('DELETE', path, { json, version }));
  },
};
