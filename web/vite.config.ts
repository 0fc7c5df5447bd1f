import { fileURLToPath } from 'node:url';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';

const backend = process.env.YITI_SERVER ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [vue()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  define: { __VUE_OPTIONS_API__: 'false', __VUE_PROD_DEVTOOLS__: 'false', __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false' },
  build: {
    target: ['es2021', 'chrome87', 'safari14', 'firefox90'],
    assetsInlineLimit: 0, /* the Content-Security-Policy allows no data: address */
    cssCodeSplit: true,
    sourcemap: false,
    modulePreload: { polyfill: false }, /* the polyfill would be harmless, but is not needed by the browsers above */
  },
  server: { proxy: { '/api': { target: backend, changeOrigin: false } } },
});
