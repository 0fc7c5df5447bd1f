/*
 * router.ts - every page with what it needs. Desk pages and public pages are separate chunks: who opens a public page on a phone loads neither
 * the desk nor the timeline.
 */
import { createRouter, createWebHistory, type RouteRecordRaw, type Router } from 'vue-router';
import { setUnauthorizedHandler } from '@/api/client';
import { expired, has, session } from '@/base/session';
import type { Key } from '@/base/i18n';

declare module 'vue-router' {
  interface RouteMeta {
    open?: boolean; /* readable without signing in */
    right?: string; /* a right that must be held somewhere */
    title?: Key;
    noAsOf?: boolean; /* the page reads nothing that has a past */
    wide?: boolean; /* uses the whole width */
  }
}

const desk: RouteRecordRaw[] = [
  { path: 'desk', name: 'desk', component: () => import('@/plan/DeskPage.vue'), meta: { title: 'nav.desk' } },
  { path: 'import', name: 'import', component: () => import('@/plan/ImportPage.vue'), meta: { title: 'nav.import', right: 'import' } },
  { path: 'imports/:id', name: 'draft', component: () => import('@/plan/DraftPage.vue'), meta: { title: 'nav.import', right: 'import', wide: true } },
  { path: 'outlines', name: 'outlines', component: () => import('@/plan/OutlinesPage.vue'), meta: { title: 'nav.outlines' } },
  { path: 'outlines/:id', name: 'outline', component: () => import('@/plan/OutlinePage.vue'), meta: { title: 'nav.outlines', wide: true } },
  { path: 'outlines/:id/sheet', name: 'sheet', component: () => import('@/plan/SheetPage.vue'), meta: { title: 'sheet.title', right: 'breakdown', noAsOf: true, wide: true } },
  { path: 'actions', name: 'actions', component: () => import('@/plan/ActionsPage.vue'), meta: { title: 'nav.actions', wide: true } },
  { path: 'board', name: 'board', component: () => import('@/plan/BoardPage.vue'), meta: { title: 'nav.board', wide: true } },
  { path: 'progress', name: 'progress', component: () => import('@/plan/ProgressPage.vue'), meta: { title: 'nav.progress', wide: true, noAsOf: true } },
  { path: 'programmes', name: 'programmes', component: () => import('@/plan/ProgrammesPage.vue'), meta: { title: 'nav.programmes' } },
  { path: 'slippage', name: 'slippage', component: () => import('@/plan/SlippagePage.vue'), meta: { title: 'nav.slippage', wide: true } },
  { path: 'timeline', name: 'timeline', component: () => import('@/plan/TimelinePage.vue'), meta: { title: 'nav.timeline', wide: true } },
  { path: 'bulletins', name: 'bulletins', component: () => import('@/bulletin/BulletinsPage.vue'), meta: { title: 'nav.bulletins' } },
  { path: 'bulletins/:id', name: 'bulletin', component: () => import('@/bulletin/BulletinPage.vue'), meta: { title: 'nav.bulletins', wide: true, noAsOf: true } },
  { path: 'assessments', name: 'assessments', component: () => import('@/bulletin/AssessmentsPage.vue'), meta: { title: 'nav.assessments', noAsOf: true } },
  { path: 'assessments/:id', name: 'assessment', component: () => import('@/bulletin/AssessmentPage.vue'), meta: { title: 'nav.assessments', noAsOf: true } },
  { path: 'burden', name: 'burden', component: () => import('@/bulletin/BurdenPage.vue'), meta: { title: 'nav.burden', noAsOf: true } },
  { path: 'actions/:id', name: 'action', component: () => import('@/plan/ActionPage.vue'), meta: { title: 'nav.actions' } },
  { path: 'actions/:id/report', name: 'report', component: () => import('@/plan/ReportPage.vue'), meta: { title: 'report.title', noAsOf: true } },
  { path: 'tasks/:id/report', name: 'task-report', component: () => import('@/plan/TaskReportPage.vue'), meta: { title: 'report.title', noAsOf: true } },
  { path: 'duties', name: 'duties', component: () => import('@/duty/DutiesPage.vue'), meta: { title: 'nav.duties', wide: true, noAsOf: true } },
  { path: 'duties/:id', name: 'duty', component: () => import('@/duty/DutyPage.vue'), meta: { title: 'nav.duties', noAsOf: true } },
  { path: 'duties/:id/report', name: 'duty-report', component: () => import('@/duty/DutyReportPage.vue'), meta: { title: 'report.title', noAsOf: true } },
  { path: 'slips', name: 'slips', component: () => import('@/duty/SlipsPage.vue'), meta: { title: 'nav.slips', wide: true, noAsOf: true } },
  { path: 'slips/:id', name: 'slip', component: () => import('@/duty/SlipPage.vue'), meta: { title: 'nav.slips', noAsOf: true } },
  { path: 'recurrences', name: 'recurrences', component: () => import('@/duty/RecurrencesPage.vue'), meta: { title: 'nav.recurrences', noAsOf: true } },
  { path: 'machines', name: 'machines', component: () => import('@/duty/MachinesPage.vue'), meta: { title: 'nav.machines', wide: true, noAsOf: true } },
  { path: 'packs', name: 'packs', component: () => import('@/duty/PacksPage.vue'), meta: { title: 'nav.packs', right: 'manage_people', noAsOf: true } },
  { path: 'units', name: 'units', component: () => import('@/org/UnitsPage.vue'), meta: { title: 'nav.units' } },
  { path: 'units/:id', name: 'unit', component: () => import('@/org/UnitPage.vue'), meta: { title: 'nav.units' } },
  { path: 'people', name: 'people', component: () => import('@/org/PeoplePage.vue'), meta: { title: 'nav.people', right: 'manage_people', noAsOf: true } },
  { path: 'regions', name: 'regions', component: () => import('@/org/RegionsPage.vue'), meta: { title: 'nav.regions' } },
  { path: 'cooperations', name: 'cooperations', component: () => import('@/org/CooperationsPage.vue'), meta: { title: 'nav.cooperations' } },
  { path: 'meetings', name: 'meetings', component: () => import('@/govern/MeetingsPage.vue'), meta: { title: 'nav.meetings', noAsOf: true } },
  { path: 'meeting-bodies/:id', name: 'meeting-body', component: () => import('@/govern/MeetingBodyPage.vue'), meta: { title: 'nav.meetings', noAsOf: true } },
  { path: 'meetings/:id', name: 'meeting', component: () => import('@/govern/MeetingPage.vue'), meta: { title: 'nav.meetings', noAsOf: true } },
  { path: 'consultations', name: 'consultations', component: () => import('@/govern/ConsultationsPage.vue'), meta: { title: 'nav.consultations' } },
  { path: 'consultations/:id', name: 'consultation', component: () => import('@/govern/ConsultationPage.vue'), meta: { title: 'nav.consultations', noAsOf: true } },
  { path: 'outlines/:id/signatures', name: 'signatures', component: () => import('@/govern/SignaturesPage.vue'), meta: { title: 'sign.title', noAsOf: true } },
  { path: 'groups', name: 'groups', component: () => import('@/govern/GroupsPage.vue'), meta: { title: 'nav.groups' } },
  { path: 'groups/:id', name: 'group', component: () => import('@/govern/GroupPage.vue'), meta: { title: 'nav.groups' } },
  { path: 'powers', name: 'powers', component: () => import('@/govern/PowersPage.vue'), meta: { title: 'nav.powers' } },
  { path: 'powers/:id', name: 'power', component: () => import('@/govern/PowerPage.vue'), meta: { title: 'nav.powers' } },
  { path: 'standards', name: 'standards', component: () => import('@/govern/StandardsPage.vue'), meta: { title: 'nav.standards' } },
  { path: 'standards/:id', name: 'standard', component: () => import('@/govern/StandardPage.vue'), meta: { title: 'nav.standards' } },
  { path: 'documents', name: 'documents', component: () => import('@/govern/DocumentsPage.vue'), meta: { title: 'nav.documents' } },
  { path: 'documents/:id', name: 'document', component: () => import('@/govern/DocumentPage.vue'), meta: { title: 'nav.documents' } },
  { path: 'document-calls', name: 'document-calls', component: () => import('@/govern/CallsPage.vue'), meta: { title: 'nav.calls' } },
  { path: 'document-calls/:id', name: 'document-call', component: () => import('@/govern/CallPage.vue'), meta: { title: 'nav.calls' } },
  { path: 'cleanups', name: 'cleanups', component: () => import('@/govern/CleanupsPage.vue'), meta: { title: 'nav.cleanups' } },
  { path: 'cleanups/:id', name: 'cleanup', component: () => import('@/govern/CleanupPage.vue'), meta: { title: 'nav.cleanups' } },
  { path: 'sources', name: 'sources', component: () => import('@/govern/SourcesPage.vue'), meta: { title: 'nav.sources', wide: true, noAsOf: true } },
  { path: 'sources/:id', name: 'source', component: () => import('@/govern/SourcePage.vue'), meta: { title: 'nav.sources' } },
  { path: 'pilots', name: 'pilots', component: () => import('@/govern/PilotsPage.vue'), meta: { title: 'nav.pilots' } },
  { path: 'pilots/:id', name: 'pilot', component: () => import('@/govern/PilotPage.vue'), meta: { title: 'nav.pilots' } },
  { path: 'networks', name: 'networks', component: () => import('@/govern/network/NetworksPage.vue'), meta: { title: 'nav.networks', wide: true } },
  { path: 'networks/:id', name: 'network', component: () => import('@/govern/network/NetworkPage.vue'), meta: { title: 'nav.networks', wide: true } },
  { path: 'cooperation-requests', name: 'requests', component: () => import('@/govern/network/RequestsPage.vue'), meta: { title: 'nav.requests', wide: true } },
  { path: 'cooperation-requests/:id', name: 'request', component: () => import('@/govern/network/RequestPage.vue'), meta: { title: 'nav.requests' } },
  { path: 'search', name: 'search', component: () => import('@/plan/SearchPage.vue'), meta: { title: 'nav.search' } },
  { path: 'notices', name: 'notices', component: () => import('@/org/NoticesPage.vue'), meta: { title: 'notices.title', noAsOf: true } },
  { path: 'cases', name: 'cases', component: () => import('@/cases/CasesPage.vue'), meta: { title: 'nav.cases', wide: true, noAsOf: true } },
  { path: 'cases/new', name: 'key-in', component: () => import('@/cases/KeyInPage.vue'), meta: { title: 'nav.keyIn', right: 'assign', noAsOf: true } },
  { path: 'cases/:id', name: 'case', component: () => import('@/cases/CasePage.vue'), meta: { title: 'nav.cases', noAsOf: true } },
  { path: 'case-statistics', name: 'case-stats', component: () => import('@/cases/CaseStatsPage.vue'), meta: { title: 'nav.caseStats', wide: true, noAsOf: true } },
  { path: 'settings/outgoing', name: 'outgoing', component: () => import('@/org/OutgoingPage.vue'), meta: { title: 'out.title', right: 'manage_people', noAsOf: true } },
  { path: 'settings/notices', name: 'notice-settings', component: () => import('@/org/NoticeSettingsPage.vue'), meta: { title: 'tell.title', noAsOf: true } },
  { path: 'settings', name: 'settings', component: () => import('@/org/SettingsPage.vue'), meta: { title: 'nav.settings', noAsOf: true } },
];

const routes: RouteRecordRaw[] = [
  { path: '/', name: 'home', redirect: () => (session.user ? { name: 'desk' } : { name: 'public' }) },
  {
    path: '/public',
    component: () => import('@/portal/PublicShell.vue'),
    meta: { open: true },
    children: [
      { path: '', name: 'public', component: () => import('@/portal/PublicOutlines.vue'), meta: { title: 'public.title' } },
      { path: 'outlines/:id', name: 'public-outline', component: () => import('@/portal/PublicOutline.vue'), meta: { title: 'public.title' } },
      { path: 'actions/:id', name: 'public-action', component: () => import('@/portal/PublicAction.vue'), meta: { title: 'public.title' } },
      { path: 'bulletins', name: 'public-bulletins', component: () => import('@/bulletin/PublicBulletins.vue'), meta: { title: 'bulletin.publicTitle', noAsOf: true } },
      { path: 'bulletins/:id', name: 'public-bulletin', component: () => import('@/bulletin/PublicBulletin.vue'), meta: { title: 'bulletin.publicTitle', noAsOf: true } },
      { path: 'networks', name: 'public-networks', component: () => import('@/govern/network/PublicNetworks.vue'), meta: { title: 'network.publicTitle', noAsOf: true } },
      { path: 'networks/:id', name: 'public-network', component: () => import('@/govern/network/PublicNetwork.vue'), meta: { title: 'network.publicTitle', noAsOf: true } },
      { path: 'subscription/:token', name: 'subscription', component: () => import('@/portal/SubscriptionPage.vue'), meta: { title: 'follow.linkTitle', noAsOf: true } },
      { path: 'reports', name: 'public-cases', component: () => import('@/cases/PublicCases.vue'), meta: { title: 'case.publicTitle', noAsOf: true } },
      { path: 'reports/new', name: 'public-report', component: () => import('@/cases/PublicReport.vue'), meta: { title: 'case.report', noAsOf: true } },
      { path: 'reports/look-up', name: 'public-look-up', component: () => import('@/cases/LookUpPage.vue'), meta: { title: 'case.lookUp', noAsOf: true } },
      { path: 'reports/:number', name: 'public-case', component: () => import('@/cases/PublicCasePage.vue'), meta: { title: 'case.publicTitle', noAsOf: true } },
      { path: 'data-dictionary', name: 'dictionary', component: () => import('@/portal/DictionaryPage.vue'), meta: { title: 'follow.dictionary', noAsOf: true } },
      { path: '/setup', name: 'setup', component: () => import('@/org/SetupPage.vue'), meta: { title: 'setup.title', noAsOf: true } },
      { path: '/password', name: 'first-password', component: () => import('@/org/FirstPasswordPage.vue'), meta: { title: 'firstPassword.title', noAsOf: true } },
      { path: '/sign-in', name: 'sign-in', component: () => import('@/org/SignInPage.vue'), meta: { title: 'nav.signIn', noAsOf: true } },
    ],
  },
  { path: '/', component: () => import('@/app/DeskShell.vue'), children: desk },
  {
    path: '/:rest(.*)*',
    component: () => import('@/portal/PublicShell.vue'),
    meta: { open: true, noAsOf: true },
    children: [{ path: '', name: 'missing', component: () => import('@/app/MissingPage.vue'), meta: { title: 'state.missingTitle' } }],
  },
];

export function makeRouter(): Router {
  const router = createRouter({
    history: createWebHistory(),
    routes,
    scrollBehavior: (to, from, saved) => saved ?? (to.path === from.path ? false : { top: 0 }),
  });
  router.beforeEach((to) => {
    if (to.meta.open || session.user) return true;
    return { name: 'sign-in', query: { next: to.fullPath } };
  });
  setUnauthorizedHandler(() => {
    if (!session.user) return;
    if (router.currentRoute.value.meta.open) session.user = null;
    else expired.value = true; /* the page stays, sign-in comes over it */
  });
  return router;
}

export const mayOpen = (right: string | undefined): boolean => !right || has(right);
