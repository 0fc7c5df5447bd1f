import { createApp } from 'vue';
import App from '@/app/App.vue';
import { installAsOf } from '@/base/asof';
import { preferredLang, setLang } from '@/base/i18n';
import { loadSession } from '@/base/session';
import { makeRouter } from '@/app/router';
import '@/styles/base.css';

async function start(): Promise<void> {
  await Promise.all([setLang(preferredLang()), loadSession()]);
  const router = makeRouter();
  installAsOf(router);
  const app = createApp(App).use(router);
  await router.isReady().catch(() => undefined); /* a page that cannot be loaded still gets the frame around it */
  app.mount('#app');
}

void start();
