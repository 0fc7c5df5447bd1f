/* filters.ts - the filters of a list live in the address, so that a list can be linked, kept and gone back to. */
import { computed, type WritableComputedRef } from 'vue';
import { useRoute, useRouter } from 'vue-router';

export function useQueryParam(name: string): WritableComputedRef<string> {
  const route = useRoute();
  const router = useRouter();
  return computed({
    get: () => (typeof route.query[name] === 'string' ? (route.query[name] as string) : ''),
    set: (value) => {
      const query = { ...route.query };
      if (value) query[name] = value;
      else delete query[name];
      void router.replace({ query });
    },
  });
}
