/* pool.c - a fixed number of worker threads and a bounded queue of requests. */
#include "http/http_int.h"

static void *worker(void *ctx)
{
    struct pool *pool = ctx;
    (void)pthread_mutex_lock(&pool->lock);
    for (;;) {
        while (!pool->head && !pool->stopping)
            (void)pthread_cond_wait(&pool->wake, &pool->lock);
        struct req *r = pool->head;
        if (!r)
            break;
        pool->head = r->next_in_pool;
        if (!pool->head)
            pool->tail = NULL;
        r->next_in_pool = NULL;
        pool->waiting--;
        pool->running++;
        (void)pthread_mutex_unlock(&pool->lock);
        pool_run(r);
        (void)pthread_mutex_lock(&pool->lock);
        pool->running--;
    }
    (void)pthread_mutex_unlock(&pool->lock);
    return NULL;
}

enum rc pool_start(struct pool *pool, struct arena *a, int threads, int waiting_max, struct fail *f)
{
    *pool = (struct pool){.waiting_max = waiting_max, .threads = ARENA_ARRAY(a, (size_t)threads, pthread_t)};
    (void)pthread_mutex_init(&pool->lock, NULL);
    (void)pthread_cond_init(&pool->wake, NULL);
    if (!pool->threads)
        return fail_set(f, RC_LIMIT, MSG_http_memory, NULL, NULL);
    for (int i = 0; i < threads; i++) {
        if (pthread_create(&pool->threads[i], NULL, worker, pool) != 0)
            return fail_set(f, RC_INTERNAL, MSG_http_thread, NULL, NULL);
        pool->n_threads++;
    }
    return RC_OK;
}

void pool_stop(struct pool *pool)
{
    (void)pthread_mutex_lock(&pool->lock);
    pool->stopping = true;
    (void)pthread_cond_broadcast(&pool->wake);
    (void)pthread_mutex_unlock(&pool->lock);
    for (int i = 0; i < pool->n_threads; i++)
        (void)pthread_join(pool->threads[i], NULL);
    (void)pthread_cond_destroy(&pool->wake);
    (void)pthread_mutex_destroy(&pool->lock);
}

enum rc req_to_pool(struct req *r, handler_fn *fn, struct fail *f)
{
    struct pool *pool = &r->h->pool;
    (void)pthread_mutex_lock(&pool->lock);
    bool room = pool->waiting < pool->waiting_max && !pool->stopping;
    if (room)
        pool->waiting++; /* the place is ours before we suspend, which cannot be taken back */
    (void)pthread_mutex_unlock(&pool->lock);
    if (!room)
        return fail_set(f, RC_BUSY, MSG_http_busy, NULL, NULL);
    r->pool_fn = fn;
    req_suspend(r);
    (void)pthread_mutex_lock(&pool->lock);
    r->next_in_pool = NULL;
    if (pool->tail)
        pool->tail->next_in_pool = r;
    else
        pool->head = r;
    pool->tail = r;
    (void)pthread_cond_signal(&pool->wake);
    (void)pthread_mutex_unlock(&pool->lock);
    return RC_OK;
}
