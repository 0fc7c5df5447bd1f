/* session.ts - who is signed in, what the instance is called, and whether its data is a demonstration. One state for the whole app. */
import { computed, reactive, ref } from 'vue';
import { api, ApiError } from '@/api/client';
import type { Session } from '@/api/types';
import { lang } from './i18n';

export const session = reactive<Session & { loaded: boolean; failed: boolean }>({ user: null, loaded: false, failed: false });

/* expired: the server no longer knows the session, while the page and what was typed on it are still there. renewed: counts sign-ins over a page. */
export const expired = ref(false);
export const renewed = ref(0);

function take(answer: Session): void {
  session.user = answer.user;
  session.pending = answer.pending ?? null;
  session.demo = answer.demo;
  session.instance = answer.instance;
  session.loaded = true;
  session.failed = false;
}

export async function loadSession(): Promise<void> {
  try {
    take(await api.get<Session>('/session'));
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) take({ user: null });
    else session.failed = true;
    session.loaded = true;
  }
}

export async function signIn(name: string, password: string, totp?: string): Promise<void> {
  take(await api.post<Session>('/session', totp ? { name, password, totp } : { name, password }));
}

export async function signInDemo(account: string): Promise<void> {
  take(await api.post<Session>('/demo/session', { account }));
}

export async function signOut(): Promise<void> {
  await api.del('/session');
  session.user = null;
  expired.value = false;
}

/* has - the signed-in person holds this right somewhere. What it covers is the server's to judge. */
export function has(right: string): boolean {
  return session.user?.roles.some((r) => r.rights.includes(right)) ?? false;
}

export const instanceName = computed(() => (lang.value === 'zh' ? session.instance?.name_zh : session.instance?.name_en) ?? '');
export const today = computed(() => session.instance?.today_on ?? '');
